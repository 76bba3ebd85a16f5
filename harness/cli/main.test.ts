import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inDirectory, run } from './testing/fake-io.ts';
import { registry } from './testing/registry.ts';

/** The arguments, the exit code, and what the one line on stderr must say. */
const MISTAKES: readonly (readonly [argv: string, line: RegExp])[] = [
  [
    '',
    /which command\? It must be init, run, repro, report, states, conformance, observe, needs, syncs, fix, trace, work, list or models/,
  ],
  ['frob', /unknown command 'frob'/],
  ['run --frob', /unknown option '--frob'/],
  ['run god', /unknown scenario "god": did you mean "good"\? `blackout list` shows all/],
  ['run good --model posx', /unknown model "posx": did you mean "posix"\?/],
  ['run good --model ,', /list of names like posix,sequential/],
  ['run good --tier deep', /it must be closure or bounded/],
  ['run good --faults smoke', /it must be a list of eio, enospc, .*; or none/],
  ['run good --fault-count 2', /--fault-count goes with --faults/],
  ['run good --deaths old-age', /it must be cut, kill, or cut,kill/],
  ['run good --deaths cut,age', /it must be cut, kill, or cut,kill/],
  ['run good --kills 0', /whole number from 1 on/],
  ['run good --orders some', /a whole number/],
  ['run good --cap 0', /whole number from 1 on/],
  ['run good --accept most', /it must be closure or bounded/],
  ['run good --t 0', /whole number from 1 on/],
  ['run good --at x', /a crash point like 137 or a range like 100\.\.200/],
  ['run good --at 9..3', /did you mean 3\.\.9\?/],
  ['run good --depth none', /or "any"/],
  ['run good --budget 3', /a time like 60s, 2m or 1h/],
  ['run good --loop-limit 0', /a number of seconds above 0, like 10 or 0.5/],
  ['syncs good --loop-limit 2m', /a number of seconds above 0, like 10 or 0.5/],
  ['run good --seed x', /whole number/],
  ['run good --tree .', /good takes no --tree: it has data of its own/],
  [
    'run from-trees --tree ./nowhere',
    /--tree \.\/nowhere: it can't be read \(ENOENT\); it must be a directory/,
  ],
  ['run from-trees --tree file.txt', /--tree file\.txt: it is no directory/],
  ['run good --output file.txt/report', /--output file\.txt\/report: the folder can't be made \(ENOTDIR\)/],
  ['run ./nowhere.js', /there is no file \.\/nowhere\.js/],
  ['run ./syntax.mjs', /\.\/syntax\.mjs can't be imported/],
  ['run ./empty.mjs', /\.\/empty\.mjs exports no scenario/],
  ['run ./colon.mjs', /\.\/colon\.mjs: scenario name "a:b": it must be lower-case letters/],
  ['repro good', /give a token, or a crash point with --at 137/],
  ['repro good --at 99', /good has 5 ops, so its crash points are 0 to 5/],
  ['repro good:posix', /it must read scenario:model:cut:\.\.\.:sum/],
  ['repro good:posix:1-:00000000', /its sum does not match/],
  ['states --model posix', /required option '--ops <file>' not specified/],
  ['states --model posix --ops nowhere.json', /--ops nowhere\.json: it can't be read \(ENOENT\)/],
  ['observe --random 1 --output o.json', /required option '--fs <name>' not specified/],
  ['observe --fs zfs --random 1 --output o.json', /--fs zfs: it must be ext4, xfs or btrfs/],
  [
    'observe --fs ext4 --mount data=maybe --random 1 --output o.json',
    /--mount data=maybe: no model is about ext4 that is mounted so/,
  ],
  ['observe --fs ext4 --output o.json', /say what to run, with either --ops FILE or --random N/],
  [
    'observe --fs ext4 --ops nowhere.json --output o.json',
    /--ops nowhere\.json: it can't be read \(ENOENT\)/,
  ],
  ['list extra', /too many arguments/],
];

async function files(directory: string): Promise<void> {
  await writeFile(join(directory, 'file.txt'), 'no directory');
  await writeFile(join(directory, 'syntax.mjs'), 'export default {');
  await writeFile(join(directory, 'colon.mjs'), 'export default { name: "a:b", run() {}, check() {} };');
  await writeFile(join(directory, 'empty.mjs'), 'export const number = 1;');
}

describe('a mistake on the command line', () => {
  for (const [argv, line] of MISTAKES) {
    it(`"blackout ${argv}" is told in one line, and ends with 254`, async () => {
      await inDirectory(async (directory) => {
        await files(directory);
        const ran = await run(argv.split(' ').filter(Boolean), registry, directory);
        expect(ran.stderr).toMatch(line);
        expect(ran.stderr).toMatch(/^blackout: [^\n]*\n$/);
        expect(ran.stdout).toBe('');
        expect(ran.code).toBe(254);
      });
    });
  }
});

describe('the command', () => {
  it('has the version of its package', async () => {
    const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
    const { version } = JSON.parse(text) as { version: string };
    expect((await run(['--version'], registry, '/')).stdout).toBe(`${version}\n`);
  });

  it('prints its exit codes and examples with --help, and ends with 0', async () => {
    const ran = await run(['--help'], registry, '/');
    expect(ran.code).toBe(0);
    for (const code of ['0', '1', '2', '254', '255', '130'])
      expect(ran.stdout).toMatch(new RegExp(`^  ${code} `, 'm'));
    expect(ran.stdout).toContain('blackout run ./my-scenarios.js');
    expect((await run(['run', '--help'], registry, '/')).stdout).toContain('Exit codes:');
  });

  it('says that a fault is its own, with the stack, and ends with 255', async () => {
    await inDirectory(async (directory) => {
      const ran = await run(['run', 'faulty'], registry, directory);
      expect(ran.code).toBe(255);
      expect(ran.stderr).toContain('a fault in the harness: a bug of ours');
      expect(ran.stderr).toContain('    at ');
    });
  });

  it('lists the scenarios with what they are known to break under', async () => {
    const ran = await run(['list'], registry, '/');
    expect(ran.stdout).toMatch(/^\* good +about good$/m);
    expect(ran.stdout).toMatch(/^ {2}bad +about bad \(breaks under posix\)$/m);
    expect(ran.stdout).toMatch(/^ {2}from-trees +about from-trees \[--tree\]$/m);
  });

  it('lists them for programs', async () => {
    const { stdout, code } = await run(['list', '--json'], registry, '/');
    expect(code).toBe(0);
    const listed = JSON.parse(stdout) as readonly object[];
    expect(listed).toHaveLength(registry.length);
    expect(listed).toContainEqual({
      name: 'bad',
      group: registry.find(({ name }) => name === 'bad')!.group,
      summary: 'about bad',
      byDefault: false,
      takesTrees: false,
      breaksUnder: ['posix'],
    });
  });

  it('shows each model with its rules and its source', async () => {
    const ran = await run(['models'], registry, '/');
    expect(ran.stdout).toMatch(/^process-kill: nothing is lost/m);
    expect(ran.stdout).toMatch(/^ {2}- A rename is one effect/m);
    expect(ran.stdout).toMatch(/^ {2}source: fsync\(2\)/m);
  });
});
