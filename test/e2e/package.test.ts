import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  copyFile,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instructionsIn, only, words } from './containerfile.ts';
import { Lab, title, whyNoClient } from './lab.ts';
import { emptyProject, npm, packed, ROOT } from './packed.ts';
import { IN_NODE_TEST, IN_VITEST, TYPED_SCENARIO } from './project-files.ts';
import { Registry } from './registry.ts';

const readme = await readFile(join(ROOT, 'README.md'), 'utf8');

/** What vitest tells programs. */
interface Results {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Both are packed, and installed, on a machine that others use as well. */
const TIMEOUT = 300_000;

let place: string;
let tarballs: Awaited<ReturnType<typeof packed>>;
beforeAll(async () => {
  place = await realpath(await mkdtemp(join(tmpdir(), 'package-')));
  tarballs = await packed(place);
}, TIMEOUT);
afterAll(() => rm(place, { recursive: true, force: true }));

describe('the tester, installed into an empty project', () => {
  let project: string;
  let fetched: ReadonlySet<string>;
  beforeAll(async () => {
    const own = { [ROOT]: tarballs.blackout, [join(ROOT, 'src')]: tarballs.jiggle };
    const registry = await Registry.open(place, own);
    project = await emptyProject(place);
    const where = ['--registry', registry.url, '--cache', join(place, 'cache')];
    const names = /npm install --save-dev (.*)$/m.exec(readme)![1]!.split(' ');
    await npm(project, 'install', '--save-dev', ...where, ...names);
    fetched = registry.fetched;
    await registry.close();
  }, TIMEOUT);

  it('brings what it needs, and nothing of the backup server', async () => {
    expect([...fetched].filter((name) => !name.startsWith('@rolldown/binding-')).sort()).toEqual([
      '@oxc-project/types',
      '@rolldown/pluginutils',
      'blackout',
      'commander',
      'fdir',
      'lowdb',
      'picomatch',
      'rolldown',
      'steno',
      'tinyglobby',
      'zod',
    ]);
    expect(await readdir(join(project, 'node_modules/.bin'))).toContain('blackout');
    expect(await readdir(join(project, 'node_modules/.bin'))).not.toContain('jiggle');
    const files = await readdir(join(project, 'node_modules/blackout'), { recursive: true });
    const code = files.filter((path) => !path.startsWith('docs/'));
    expect(code.filter((path) => /backup-|burp|jiggle|\.test\.|\.map$|\/testing\//.test(path))).toEqual([]);
    expect(files).toContain('dist/scenarios/textbook/atomic-replace.js');
    expect(files).toContain('action.yml');
  });

  it('does with the example of the README what the README says', async () => {
    await writeFile(join(project, 'db.blackout.mjs'), /^```js\n(.*?)^```$/ms.exec(readme)![1]!);
    const { status, stdout } = spawnSync('npx', ['blackout', 'run'], { cwd: project, encoding: 'utf8' });
    const told = /^```\n(db\n.*?)^```$/ms.exec(readme)![1]!;
    const lines = told.split('\n').filter((line) => line.trim() !== '' && !line.includes('...'));
    expect(lines.length).toBeGreaterThan(15);
    for (const line of lines) expect(stdout.split('\n')).toContain(line);
    expect(status).toBe(1);
    const token = /npx blackout (repro .*)$/m.exec(stdout)![1]!;
    const again = spawnSync('sh', ['-c', `npx blackout ${token}`], { cwd: project, encoding: 'utf8' });
    expect(again.stdout).toContain('the power goes off here, after op 3');
  });

  it('reads TypeScript, types and all, whichever Node it is', async () => {
    await writeFile(join(project, 'settings.ts'), IN_VITEST['settings.ts']);
    await writeFile(join(project, 'settings.blackout.ts'), TYPED_SCENARIO);
    const run = spawnSync('npx', ['blackout', 'run', './settings.blackout.ts'], {
      cwd: project,
      encoding: 'utf8',
    });
    expect(run.stdout).toContain('PASS  4 runs: every state converges');
    await rm(join(project, 'settings.blackout.ts'));
  });

  it('runs its own scenarios by name, and writes an example that it finds', () => {
    const blackout = (...args: string[]) =>
      spawnSync('npx', ['blackout', ...args], { cwd: project, encoding: 'utf8' });
    expect(blackout('run', 'atomic-replace', '--model', 'ext4')).toMatchObject({ status: 0 });
    expect(blackout('init').stdout).toContain('wrote blackout/settings.blackout.mjs');
    expect(blackout('run', './blackout/settings.blackout.mjs').status).toBe(1);
    // With what real kernels were seen to do, which comes along.
    const observed = ['conformance', '--file-system', 'ext4-journal'];
    expect(blackout(...observed)).toMatchObject({ status: 0 });
    expect(blackout(...observed, '--random')).toMatchObject({ status: 0 });
  });

  it.each([
    ['blackout', ['program', 'scenario', 'broken', 'Explorer']],
    ['blackout/fs', ['createFs', 'fsOf']],
  ])('%s can be imported', (name, exports) => {
    const print = `console.log(JSON.stringify(Object.keys(await import('${name}'))))`;
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', print], {
      cwd: project,
      encoding: 'utf8',
    });
    expect(run.stderr).toBe('');
    expect(JSON.parse(run.stdout)).toEqual(expect.arrayContaining(exports));
  });

  const vitests = [
    ['4', 'node_modules/vitest'],
    ['5', 'test/vitest-5/node_modules/vitest'],
  ] as const;
  for (const [version, at] of vitests) {
    const missing = existsSync(join(ROOT, at)) ? undefined : 'npm ci has not put it here';
    it.skipIf(missing)(title(`is a matcher for vitest ${version}, types and all`, missing), async () => {
      const vitest = join(project, 'node_modules/vitest');
      await rm(vitest, { force: true });
      await symlink(join(ROOT, at), vitest);
      for (const [name, text] of Object.entries(IN_VITEST)) await writeFile(join(project, name), text);
      const checked = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', project], { encoding: 'utf8' });
      expect(checked.stdout).toBe('');
      // What it prints for people needs a Node that is newer than the one that it runs on.
      const run = async (filter: string, env = {}): Promise<Results> => {
        const into = join(project, 'results.json');
        await rm(into, { force: true });
        const args = [
          join(vitest, 'vitest.mjs'),
          'run',
          '--reporter=json',
          `--outputFile=${into}`,
          '-t',
          filter,
        ];
        spawnSync(process.execPath, args, { cwd: project, env: { ...process.env, ...env } });
        return JSON.parse(await readFile(into, 'utf8')) as Results;
      };
      const [synced, unsynced] = (await run('')).testResults[0]!.assertionResults;
      expect(synced).toMatchObject({ title: 'survive if they are synced', status: 'passed' });
      const [message] = unsynced!.failureMessages;
      expect(message).toContain('settings does not survive power cuts');
      expect(message).toContain('that would have prevented it: fsync /data/s.json.tmp right after op 2.');
      const token = /BLACKOUT_REPRO='([^']+)'/.exec(message!)![1]!;
      const again = await run('survive$', { BLACKOUT_REPRO: token });
      expect(again.testResults[0]!.assertionResults[1]!.failureMessages[0]).toContain(
        'settings under ext4: corrupt',
      );
      const { version: tried } = JSON.parse(await readFile(join(vitest, 'package.json'), 'utf8')) as {
        version: string;
      };
      expect(tried).toMatch(new RegExp(`^${version}\\.`));
    });
  }

  it('throws the same in node:test', async () => {
    await writeFile(join(project, 'own.test.mjs'), IN_NODE_TEST);
    const run = spawnSync(process.execPath, ['--test', 'own.test.mjs'], { cwd: project, encoding: 'utf8' });
    expect(run.status).toBe(1);
    expect(run.stdout).toContain('db does not survive power cuts');
    expect(run.stdout).toMatch(/reproduce: npx blackout repro 'db:ext4:[^']+' --from .*db\.blackout\.mjs/);
    expect(run.stdout).toMatch(/pass 1$/m);
  });

  it('shows nobody what is inside', () => {
    const code = "await import('blackout/dist/harness/index.js')";
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      cwd: project,
      encoding: 'utf8',
    });
    expect(run.stderr).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});

describe('the server', () => {
  let installed: string;
  beforeAll(async () => {
    const prefix = join(place, 'prefix');
    await npm(place, 'install', '--global', '--offline', '--prefix', prefix, tarballs.jiggle);
    // Installed is installed: what it came from may go.
    await rename(tarballs.jiggle, join(place, 'elsewhere'));
    installed = join(prefix, 'lib/node_modules/jiggle');
  }, TIMEOUT);

  it('installs without a network, and brings the command and all that belongs to it', async () => {
    const bin = join(place, 'prefix/bin/jiggle');
    expect(execFileSync(bin, ['--help'], { cwd: '/', encoding: 'utf8' })).toContain('Exit codes:');
    const nowhere = spawnSync(bin, ['list', '--store', '/nowhere', '--client', 'x'], { encoding: 'utf8' });
    expect(nowhere.stderr).toBe('jiggle: there is no directory /nowhere\n');
    const notices = await readFile(join(installed, 'dist/THIRD-PARTY.txt'), 'utf8');
    for (const name of ['@peculiar/x509', 'commander', 'hash-wasm', 're2js', 'tinyglobby'])
      expect(notices).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'));
    const guide = await readFile(join(installed, 'dist/docs/install-on-debian.md'), 'utf8');
    expect(guide).toContain('# Install jiggle');
    for (const [, path] of guide.matchAll(/npm root --global\)\/jiggle\/([^"]+)"/g))
      expect(await readFile(join(installed, path!), 'utf8')).not.toBe('');
  });

  it('makes a CA with what was put into it', async () => {
    const config = join(place, 'server.conf');
    const at = (name: string): string => join(place, name);
    await writeFile(at('CA.cnf'), `CA_DIR = ${at('CA')}\n`);
    const lines = [
      'mode = server',
      'keep = 3',
      'listen = 127.0.0.1:4971',
      `directory = ${at('store')}`,
      `clientconfdir = ${at('clients')}`,
      `ca_conf = ${at('CA.cnf')}`,
      'ca_name = CA',
      'ca_server_name = server',
      `ssl_cert_ca = ${at('ca.pem')}`,
      `ssl_cert = ${at('cert.pem')}`,
      `ssl_key = ${at('key.pem')}`,
    ];
    await writeFile(config, `${lines.join('\n')}\n`);
    const made = spawnSync(join(place, 'prefix/bin/jiggle'), ['ca', 'init', '-c', config], {
      encoding: 'utf8',
    });
    expect(made.stdout + made.stderr).toContain(`made a CA in ${at('CA')}`);
    expect(await readFile(at('cert.pem'), 'latin1')).toContain('-----BEGIN CERTIFICATE-----');
  });

  it('has the service that the guides show, and one that systemd understands', async () => {
    const service = join(installed, 'dist/jiggle.service');
    const [start] = /^ExecStart=.*$/m.exec(await readFile(service, 'utf8'))!;
    expect(await readFile(join(ROOT, 'docs/switch-from-burp.md'), 'utf8')).toContain(`\n${start}\n`);
    const tried = spawnSync('systemd-analyze', ['verify', service], { encoding: 'utf8' });
    if (!tried.error)
      expect(tried.stderr.split('\n').filter((line) => line.includes('jiggle.service'))).toEqual([]);
  });

  it(
    'has a recipe for a container whose every file and command is there, made of this package alone',
    async () => {
      const recipe = instructionsIn(await readFile(join(installed, 'dist/Containerfile'), 'utf8'));
      // What is copied is what `npm pack` makes, as the guide has it.
      const [from, to] = only(recipe, 'COPY').split(' ');
      expect([from, only(recipe, 'ARG')]).toEqual(['${PACKAGE}', 'PACKAGE']);
      const guide = await readFile(join(ROOT, 'docs/install-on-debian.md'), 'utf8');
      expect(guide).toContain(`--build-arg PACKAGE=${basename(tarballs.jiggle)} .`);
      // What is run there runs here, with other places for the package and for what it becomes.
      const image = join(place, 'image');
      await copyFile(join(place, 'elsewhere'), join(place, 'copied.tgz'));
      const command = only(recipe, 'RUN').replaceAll(to!, join(place, 'copied.tgz'));
      const env = { ...process.env, npm_config_prefix: image, npm_config_registry: 'http://127.0.0.1:9' };
      execFileSync('sh', ['-ec', command], { cwd: '/', env });
      expect(existsSync(join(place, 'copied.tgz'))).toBe(false);
      const [entry, ...none] = words(recipe, 'ENTRYPOINT');
      expect(none).toEqual([]);
      const [verb, option, config] = words(recipe, 'CMD');
      const help = execFileSync(join(image, 'bin', entry!), [verb!, '--help'], { encoding: 'utf8' });
      expect(help).toContain(` ${option}, --config <file>`);
      // What it is told to read, and where the guide puts that and the backups, outlive the container.
      const kept = words(recipe, 'VOLUME');
      expect(kept).toContain(dirname(config!));
      for (const directory of kept) expect(guide).toContain(`--volume ${directory}:${directory}`);
      expect(only(recipe, 'FROM')).toMatch(/\/node:2[2-9]-/);
      expect(guide).toContain(`--publish 4971:${only(recipe, 'EXPOSE').split(' ')[0]} `);
    },
    TIMEOUT,
  );

  const reason = whyNoClient();
  it.skipIf(reason)(title('makes its CA, and serves the real client', reason), async () => {
    const lab = await Lab.open(join(installed, 'bin/jiggle.js'));
    try {
      const client = await lab.client('laptop');
      await writeFile(join(client.files, 'a'), 'content');
      await lab.start();
      await client.backup();
      expect(await readFile(join(await client.restore(1), 'a'), 'utf8')).toBe('content');
    } finally {
      await lab.close();
    }
  });
});
