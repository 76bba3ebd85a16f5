import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { scenario, type Life } from '../../harness/index.ts';
import { differences } from './differences.ts';
import { run, temporaryDirectory } from './program.ts';
import { readTree } from './real-tree.ts';
import { simulate, type Simulation } from './simulation.ts';

const EVERY_OPERATION = new URL('./every-operation.mjs', import.meta.url);

let place: string;
let disk: string;
let simulation: Simulation;

beforeAll(async () => {
  place = await temporaryDirectory();
  const { everyOperation } = (await import(EVERY_OPERATION.href)) as {
    everyOperation: (fs: Life['fs'], root: string) => Promise<void>;
  };
  simulation = await simulate(
    scenario({
      name: 'every-operation',
      run: async (life) => await everyOperation(life.fs, ''),
      check: async () => undefined,
    }),
  );
});

beforeEach(async () => {
  disk = await fs.mkdtemp(join(place, 'disk-'));
});

afterAll(async () => {
  await fs.rm(place, { recursive: true });
});

/** A module of these lines, in which `fs` is node:fs/promises and `disk` the path of the counted directory. */
async function programOf(...lines: string[]): Promise<string> {
  const main = join(await fs.mkdtemp(join(place, 'program-')), 'main.mjs');
  const head = [
    `import { execFile } from 'node:child_process';`,
    `import * as fs from 'node:fs/promises';`,
    `import * as other from 'node:fs';`,
  ];
  await fs.writeFile(main, [...head, `const disk = ${JSON.stringify(disk)};`, ...lines].join('\n'));
  return main;
}

async function everyOperationProgram(): Promise<string> {
  const path = JSON.stringify(fileURLToPath(EVERY_OPERATION));
  return await programOf(
    `const { everyOperation } = await import(${path});`,
    'await everyOperation(fs, disk);',
  );
}

it('counts what the simulated disk counts: no call that fails or changes nothing, and every other', async () => {
  const ran = await run(await everyOperationProgram(), [], { below: disk });
  expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
  expect(ran.ops).toEqual(simulation.ops);
  const kinds = new Set(ran.ops.map((line) => line.split(' ')[0]));
  expect([...kinds].toSorted((a, b) => (a! < b! ? -1 : 1)).join(' ')).toBe(
    'chmod chown create fdatasync fsync link mkdir rename rmdir symlink truncate unlink utimes write',
  );
});

it.each([1, 5, 11, 17, 25])('kills right after operation %i, before anything else happens', async (op) => {
  const ran = await run(await everyOperationProgram(), [], { below: disk, after: op });
  expect(ran.signal).toBe('SIGKILL');
  expect(ran.ops).toEqual(simulation.ops.slice(0, op));
  expect(differences(await readTree(disk), (await simulation.killedAfter(op)).killed)).toEqual([]);
});

it('lets a program end that does fewer operations, and the one after its last one never comes', async () => {
  const number = simulation.ops.length;
  const last = await run(await everyOperationProgram(), [], { below: disk, after: number });
  expect(last.signal).toBe('SIGKILL');
  await fs.rm(disk, { recursive: true });
  await fs.mkdir(disk);
  const ran = await run(await everyOperationProgram(), [], { below: disk, after: number + 1 });
  expect(ran).toMatchObject({ exitCode: 0, signal: undefined });
});

it('counts what is done at once, or tells a callback, in the same way', async () => {
  const main = await programOf(
    'const called = (name, ...args) => new Promise((resolve) => other[name](...args, resolve));',
    'other.mkdirSync(`${disk}/d`);',
    'const file = other.openSync(`${disk}/d/f`, "wx");',
    'other.writeSync(file, Buffer.from("abc"));',
    'await called("write", file, Buffer.from("defg"), 0, 4, null);',
    'await called("fsync", file);',
    'await called("fdatasync", file);',
    'other.ftruncateSync(file, 5);',
    'other.ftruncateSync(file, 5);',
    'other.closeSync(file);',
    'other.linkSync(`${disk}/d/f`, `${disk}/g`);',
    'other.renameSync(`${disk}/d/f`, `${disk}/g`);',
    'other.renameSync(`${disk}/g`, `${disk}/h`);',
    'other.symlinkSync("h", `${disk}/l`);',
    'other.truncateSync(`${disk}/h`, 1);',
    'other.chmodSync(`${disk}/h`, 0o600);',
    'try { other.unlinkSync(`${disk}/nothing`); } catch {}',
    'other.unlinkSync(`${disk}/l`);',
    'other.unlinkSync(`${disk}/d/f`);',
    'other.rmdirSync(`${disk}/d`);',
    'other.mkdirSync(`${disk}-elsewhere`);',
    'other.closeSync(other.openSync(`${disk}/h`, "r"));',
  );
  const lines = [
    'mkdir /d',
    'create /d/f',
    'write /d/f +3',
    'write /d/f +4',
    'fsync /d/f',
    'fdatasync /d/f',
    'truncate /d/f to 5',
    'link /d/f -> /g',
    'rename /g -> /h',
    'symlink /l -> h',
    'truncate /h to 1',
    'chmod /h',
    'unlink /l',
    'unlink /d/f',
    'rmdir /d',
  ];
  const ran = await run(main, [], { below: disk });
  expect(ran).toMatchObject({ exitCode: 0, stderr: '', ops: lines });
  await fs.rm(disk, { recursive: true });
  await fs.rm(`${disk}-elsewhere`, { recursive: true });
  await fs.mkdir(disk);
  const killed = await run(main, [], { below: disk, after: 4 });
  expect(killed).toMatchObject({ signal: 'SIGKILL', ops: lines.slice(0, 4) });
  expect(await fs.readFile(`${disk}/d/f`, 'utf8')).toBe('abcdefg');
});

it('does not count what happens elsewhere, in a directory whose name only begins alike', async () => {
  const main = await programOf(
    'await fs.mkdir(`${disk}-other`);',
    'await fs.writeFile(`${disk}-other/f`, "x");',
    'await fs.mkdir(`${disk}/d`);',
  );
  expect((await run(main, [], { below: disk })).ops).toEqual(['mkdir /d']);
});

it('lets reads happen at once', async () => {
  const main = await programOf(
    'await fs.mkdir(`${disk}/d`);',
    'const open = () => fs.open(`${disk}/d`, "r");',
    'const files = await Promise.all([open(), open(), fs.readdir(disk)]);',
    'await files[0].sync();',
  );
  expect((await run(main, [], { below: disk })).ops).toEqual(['mkdir /d', 'fsync /d']);
});

it.runIf(process.platform === 'linux')('counts a sync of the file system by another program', async () => {
  const main = await programOf(
    'const sync = (path) => new Promise((resolve) => execFile("sync", ["-f", "--", path], {}, resolve));',
    'await fs.mkdir(`${disk}/d`);',
    'await sync(`${disk}/d`);',
    'await sync(`${disk}/nothing`);',
    'await sync("/");',
    'await fs.mkdir(`${disk}/e`);',
  );
  expect((await run(main, [], { below: disk })).ops).toEqual(['mkdir /d', 'syncfs /d', 'mkdir /e']);
  await fs.rm(disk, { recursive: true });
  await fs.mkdir(disk);
  const killed = await run(main, [], { below: disk, after: 2 });
  expect(killed).toMatchObject({ signal: 'SIGKILL', ops: ['mkdir /d', 'syncfs /d'] });
});

it('does not count the making of a directory that is there, with all above it', async () => {
  const main = await programOf('await fs.mkdir(`${disk}`, { recursive: true });');
  expect(await run(main, [], { below: disk })).toMatchObject({ exitCode: 0, ops: [] });
});

it('stops the clock where it is told to', async () => {
  const main = await programOf('await fs.mkdir(`${disk}/${Date.now()}`);');
  expect((await run(main, [], { below: disk, clock: 1234 })).ops).toEqual(['mkdir /1234']);
});

it.each([
  ['writeFile', 'await fs.writeFile(`${disk}/f`, "x");'],
  ['writeFile', 'await (await fs.open(`${disk}/f`, "w")).writeFile("x");'],
  ['a recursive mkdir', 'await fs.mkdir(`${disk}/a/b`, { recursive: true });'],
  ['rm', 'await fs.rm(`${disk}/f`, { force: true });'],
  ['copyFile', 'await fs.copyFile("/etc/hosts", `${disk}/f`);'],
  ['a synchronous call that is several', 'other.writeFileSync(`${disk}/f`, "x");'],
  ['calls with a callback', 'other.mkdir(`${disk}/d`, () => {});'],
  [
    'a sync during another operation',
    'await Promise.all([fs.mkdir(`${disk}/a`), new Promise((done) => execFile("sync", ["-f", disk], {}, done))]);',
  ],
  [
    'an operation that is done at once, in another',
    'const made = fs.mkdir(`${disk}/a`); other.mkdirSync(`${disk}/b`); await made;',
  ],
  ['two operations at once', 'await Promise.all([fs.mkdir(`${disk}/a`), fs.mkdir(`${disk}/b`)]);'],
])('refuses %s, rather than count it wrongly: %s', async (_what, line) => {
  const ran = await run(await programOf(line), [], { below: disk });
  expect(ran.exitCode).toBe(99);
  expect(ran.stderr).toMatch(/^can't count: /);
});
