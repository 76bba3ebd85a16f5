import cluster from 'node:cluster';
import * as realFs from 'node:fs';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Image } from '../../disk/image/image.ts';
import { inline } from '../inline.ts';
import { program } from './program.ts';
import { live, type Loaded } from './testing/live.ts';

const WAS_HERE = '/tmp/blackout-was-here';

describe('a life is refused what reaches outside, in one line that names it', () => {
  const refusals: readonly (readonly [string, string])[] = [
    ['spawn', 'child_process.spawn reaches outside'],
    ['connect', 'net.connect reaches outside'],
    ['worker', 'worker_threads.Worker reaches outside'],
    ['fetch', 'fetch reaches outside'],
    ['binding', 'process.binding reaches outside'],
    ['chdir', 'process.chdir reaches outside'],
    ['addon', 'addon.node is a native addon'],
    ['process', 'child_process.ChildProcess reaches outside'],
    ['socket', 'net.Socket reaches outside'],
    ['server', 'http.Server reaches outside'],
    ['resolver', 'dns.Resolver reaches outside'],
    ['inspector', 'inspector.Session reaches outside'],
    ['wasi', 'wasi.WASI reaches outside'],
    ['snapshot', 'v8.writeHeapSnapshot reaches outside'],
    ...(isBuiltin('node:sqlite') ? [['database', 'sqlite.DatabaseSync reaches outside'] as const] : []),
  ];
  it.each(refusals)('%s', async (name, expected) => {
    const { record } = await live('outside.cjs', async ({ load }) => (await load())['attempt']!(name));
    expect(record.ending).toMatchObject({
      type: 'threw',
      error: { message: expect.stringContaining(expected) as string },
    });
  });

  it('but may load, extend and ask after the classes of such modules', async () => {
    const { record, result } = await live('outside.cjs', async ({ load }) => (await load())['classes']!());
    expect([record.ending, result]).toEqual([{ type: 'ended' }, [true, false, true]]);
  });
});

describe('a module that gets hold of the real machine around all that it was given', () => {
  beforeAll(() => Object.assign(globalThis, { realFsForTests: realFs }));
  afterAll(() => void Reflect.deleteProperty(globalThis, 'realFsForTests'));

  it.each([
    ['swallowed', 'process.binding'],
    ['indirect', 'process._linkedBinding'],
    ['thrown', 'fetch'],
    ['kept', 'fs.writeFileSync'],
    ['promised', 'fs.promises.writeFile'],
    ['later', 'fs.writeFileSync'],
    ['made', 'fs.writeFileSync'],
  ])('does nothing with it, and its life ends there: %s', async (name, expected) => {
    const { record } = await live('outside.cjs', async ({ load }) => (await load())['attempt']!(name));
    expect(record.ending).toMatchObject({
      type: 'threw',
      error: { message: expect.stringContaining(`${expected} reaches outside`) as string },
    });
    expect(existsSync(WAS_HERE)).toBe(false);
  });

  it('finds the simulated disk where it asks the real process for a built-in module, or a vm', async () => {
    const { record } = await live('around.mjs', async ({ load }) => (await load()).default());
    expect(record.ending).toEqual({ type: 'ended' });
    const created = record.ops.filter(({ kind }) => kind === 'create').map(({ path }) => path);
    expect(created).toEqual(['/by-process', '/by-vm', '/by-data', '/by-require', '/by-meta', '/touched']);
    for (const path of created) expect(existsSync(path)).toBe(false);
  });

  it('has no life, and is let alone', () => {
    const file = join(tmpdir(), `blackout-${process.pid}`);
    (realFs as unknown as { writeFileSync: typeof writeFileSync }).writeFileSync(file, 'x');
    expect(readFileSync(file, 'utf8')).toBe('x');
    realFs.rmSync(file);
  });
});

describe('a module finds what belongs to it', () => {
  it('and stands in /, wherever the tester does, for all that resolves a path', async () => {
    const { result } = await live('outside.cjs', async ({ load }) => (await load())['stands']!());
    expect(result).toEqual(['/a', 'b', '/', '/c', 'file:///d', '/', 'x/y', '/']);
  });

  it('and hangs what it hangs on a refused module on its own copy', async () => {
    const { result } = await live('outside.cjs', async ({ load }) => (await load())['cluster']!());
    expect((result as unknown[]).slice(0, 2)).toEqual([true, 1]);
    expect(cluster.listenerCount('message')).toBe(0);
  });

  it('and is not said to do nothing while a call that nobody waits for is under way', async () => {
    const later = program<Loaded>({
      name: 'later',
      load: './testing/modules/outside.cjs',
      run: async ({ load }) => void (await load())['later']!(),
      check: async () => {},
    });
    const record = await inline(later).live({ part: 'run', boot: Image.empty(), time: 0 });
    expect([record.ending, record.ops.map(({ path }) => path)]).toEqual([
      { type: 'ended' },
      ['/later', '/later'],
    ]);
  });

  it('as JSON and WebAssembly, by require and import, with attributes and by its own path', async () => {
    const { record, result } = await live('assets.mjs', async ({ load }) => (await load()).default());
    expect(record.ending).toEqual({ type: 'ended' });
    expect(result).toEqual({ imported: 'settings', required: 'settings', read: 'settings', sum: 5 });
  });

  it('and a process whose output nobody hears', async () => {
    const { record, result } = await live('outside.cjs', async ({ load }) => (await load())['says']!());
    expect([record.ending, result]).toEqual([{ type: 'ended' }, true]);
  });
});
