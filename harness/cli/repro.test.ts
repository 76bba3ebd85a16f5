import { chmod, mkdir, readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Catalogue } from '../explore/catalogue.ts';
import { broken, scenario, type Scenario } from '../programs/scenario.ts';
import { inDirectory, run, type Ran } from './testing/fake-io.ts';
import { registry, replacing } from './testing/registry.ts';

/** The token of the first failure of `bad` under posix. */
async function badToken(directory: string): Promise<string> {
  const ran = await run(['run', 'bad', '--model', 'posix'], registry, directory);
  return /repro '(\S+)'/.exec(ran.stdout)![1]!;
}

function listing(made: Scenario): Catalogue {
  return [{ name: made.name, summary: '', group: 'Tests', byDefault: false, make: () => made }];
}

/** A disk with all kinds of files, which is broken whatever happens. */
const kinds = scenario({
  name: 'kinds',
  async run({ fs }) {
    await fs.mkdir('/d', { mode: 0o750 });
    await fs.writeFile('/d/secret', 'text', { mode: 0o600 });
    await fs.link('/d/secret', '/d/twin');
    await fs.symlink('../../outside', '/d/link');
    await fs.chmod('/d', 0o500);
    const directory = await fs.open('/d', 'r');
    await directory.sync();
  },
  check: async ({ fs }) =>
    (await fs.readdir('/')).length > 0 ? broken('the disk is empty', 'it is not') : undefined,
});

describe('blackout repro TOKEN', () => {
  it('tells the whole story, and ends with 1 as the run did', async () => {
    await inDirectory(async (directory) => {
      const ran = await run(['repro', await badToken(directory)], registry, directory);
      expect(ran.code).toBe(1);
      expect(ran.stdout).toMatch(/^bad under posix: corrupt$/m);
      expect(ran.stdout).toMatch(/^The main life is cut after op 3 of 4$/m);
      expect(ran.stdout).toMatch(
        /-- publish --\n {4}3 {2}rename \/tmp -> \/file {3}harness\/cli\/testing\/registry\.ts:18:\d+\n {2}-+ the power goes off here, after op 3/,
      );
      expect(ran.stdout).toMatch(
        /^ {4}4 {2}fsync \/ {3}\(not reached\) {3}harness\/cli\/testing\/registry\.ts:20:\d+$/m,
      );
      expect(ran.stdout).toMatch(/torn {2}op 2: lost data of \/tmp, page 0; kept size of \/tmp rises to 3/);
      expect(ran.stdout).toMatch(/path +the program saw +the disk held +after recovery/);
      expect(ran.stdout).toMatch(/\* \/file {2}3 B 11507a0e "new" {2}3 B, all zeros {2}3 B, all zeros/);
      expect(ran.stdout).toContain('Broken: the file is old or new (corrupt)');
    });
  });

  it('is stale when the program has changed since, and replays nothing', async () => {
    await inDirectory(async (directory) => {
      const token = await badToken(directory);
      const changed = listing(replacing('bad', false, 'longer'));
      const ran = await run(['repro', token], changed, directory);
      expect(ran).toMatchObject({ code: 254, stdout: '' });
      expect(ran.stderr).toMatch(/^blackout: the token is stale: [^\n]+\n$/);
      const fixed = await run(['repro', token], listing(replacing('bad', true)), directory);
      expect(fixed.stderr).toMatch(/stale/);
    });
  });

  it('is stale with other trees than its run had, and plays the story with the same, wherever they are', async () => {
    await inDirectory(async (directory) => {
      for (const [tree, content] of Object.entries({
        one: 'same length',
        two: 'same LENGTH',
        copy: 'same length',
      })) {
        await mkdir(join(directory, tree));
        await writeFile(join(directory, tree, 'f'), content);
      }
      const argv = ['run', 'bad-from-trees', '--model', 'posix', '--tree', 'one'];
      const [, token] = /repro '(\S+)' --tree one/.exec((await run(argv, registry, directory)).stdout)!;
      const again = async (tree: string): Promise<Ran> =>
        await run(['repro', token!, '--tree', tree], registry, directory);
      expect((await again('one')).code).toBe(1);
      expect((await again('copy')).code).toBe(1);
      const other = await again('two');
      expect(other).toMatchObject({ code: 254, stdout: '' });
      expect(other.stderr).toMatch(
        /^blackout: the token is stale: .* give the --tree directories of that run, [^\n]+\n$/,
      );
    });
  });

  it('does not know a scenario or a model that is not there', async () => {
    await inDirectory(async (directory) => {
      const token = await badToken(directory);
      const ran = await run(['repro', token], listing(replacing('bat', false)), directory);
      expect(ran.code).toBe(254);
      expect(ran.stderr).toMatch(
        /unknown scenario "bad": did you mean "bat"\? .* --from \.\/its-module\.js\n$/,
      );
    });
  });

  it('finds the simpler form of a scenario that a story was told by', async () => {
    await inDirectory(async (directory) => {
      const smaller = replacing('bad-small', false);
      const catalogue = listing({
        ...replacing('bad-large', false, 'n'.repeat(9000)),
        smaller: () => [smaller],
      });
      const ran = await run(['run', 'bad-large', '--model', 'posix'], catalogue, directory);
      expect(ran.stdout).toContain('told by the simpler bad-small');
      const [, token] = /repro '(bad-small:\S+)'/.exec(ran.stdout)!;
      expect((await run(['repro', token!], catalogue, directory)).code).toBe(1);
    });
  });

  it('writes the crash state as real files: modes, symlinks and hard links', async () => {
    await inDirectory(async (directory) => {
      const catalogue = listing(kinds);
      const found = await run(
        ['repro', 'kinds', '--at', '7', '--model', 'process-kill'],
        catalogue,
        directory,
      );
      const [, token] = /repro '(\S+)'/.exec(found.stdout)!;
      const ran = await run(['repro', token!, '--materialize', 'deep/disk'], catalogue, directory);
      expect(ran.stdout).toContain('the disk after the last cut: 4 paths in deep/disk');
      const disk = join(directory, 'deep/disk');
      expect(await readFile(join(disk, 'd/secret'), 'utf8')).toBe('text');
      expect(await readlink(join(disk, 'd/link'))).toBe('../../outside');
      const [secret, twin, dir] = await Promise.all(
        ['d/secret', 'd/twin', 'd'].map((path) => stat(join(disk, path))),
      );
      expect(secret!.ino).toBe(twin!.ino);
      expect([secret!.mode & 0o777, dir!.mode & 0o777]).toEqual([0o600, 0o500]);
      await chmod(join(disk, 'd'), 0o700); // So that whoever runs the test can remove it.
      const again = await run(['repro', token!, '--materialize', 'deep/disk'], catalogue, directory);
      expect(again.stderr).toBe(
        'blackout: --materialize deep/disk: it is not empty; name an empty or a new one\n',
      );
      expect(again.code).toBe(254);
    });
  });

  it('refuses to write where a file is', async () => {
    await inDirectory(async (directory) => {
      await writeFile(join(directory, 'file'), '');
      await mkdir(join(directory, 'empty'));
      const token = await badToken(directory);
      const ran = await run(['repro', token, '--materialize', 'file'], registry, directory);
      expect(ran.stderr).toMatch(/--materialize file: it is no directory/);
      await run(['repro', token, '--materialize', 'empty'], registry, directory);
      expect(await readdir(join(directory, 'empty'))).toEqual(['file']);
    });
  });
});

describe('blackout repro SCENARIO --at N', () => {
  it('shows how all disks of a crash point end, and tells the worst', async () => {
    const ran = await run(['repro', 'bad', '--at', '3'], registry, '/');
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/^bad under posix, cut after op 3, rename \/tmp -> \/file$/m);
    expect(ran.stdout).toMatch(/^\d+ survivals, \d+ distinct disks:\n {2}corrupt: \d+\n {2}converged: \d+$/m);
    expect(ran.stdout).toContain('The worst of them:');
    expect(ran.stdout).toMatch(/^this story: npx blackout repro 'bad:posix:3[-+]\S*'$/m);
  });

  it('names the module in the line that tells the story again', async () => {
    await inDirectory(async (directory) => {
      const module =
        "export default { name: 'mine', run: ({ fs }) => fs.mkdir('/d'), check: async () => undefined };";
      await writeFile(join(directory, 'mine.mjs'), module);
      const ran = await run(['repro', './mine.mjs', '--at', '1'], registry, directory);
      const [, token] = /npx blackout repro '(\S+)' --from \.\/mine\.mjs$/m.exec(ran.stdout)!;
      expect((await run(['repro', token!, '--from', 'mine.mjs'], registry, directory)).code).toBe(0);
    });
  });

  it('ends with 0 where all converge', async () => {
    const ran = await run(['repro', 'good', '--at', '0', '--model', 'sequential'], registry, '/');
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^1 survival, 1 distinct disk:\n {2}converged: 1$/m);
  });
});
