import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inDirectory, run } from './testing/fake-io.ts';

/**
 * Four workloads that were run on a real ext4 with data=journal, and every crash state that a real kernel showed after
 * mounting it again: the trees, and by crash point the numbers of those that were seen there.
 */
interface Workload {
  readonly description: string;
  readonly setup: readonly unknown[];
  readonly ops: readonly unknown[];
  readonly trees: readonly unknown[];
  readonly observed: Readonly<Record<string, readonly number[]>>;
}

type States = Readonly<Record<string, readonly { readonly tree: Readonly<Record<string, unknown>> }[]>>;

const observed = JSON.parse(
  await readFile(new URL('./testing/observed.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Workload>>;

async function states(model: string, script: unknown, more: readonly string[] = []): Promise<States> {
  let result: States = {};
  await inDirectory(async (directory) => {
    await writeFile(join(directory, 'ops.json'), JSON.stringify(script));
    const ran = await run(
      ['states', '--model', model, '--ops', 'ops.json', '--json', ...more],
      [],
      directory,
    );
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    result = JSON.parse(ran.stdout) as States;
  });
  return result;
}

/** The text of a tree, whatever the order of its keys and fields. */
function key(tree: unknown): string {
  const sorted = (value: unknown): unknown =>
    typeof value === 'object' && value !== null
      ? Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, child]) => [name, sorted(child)])
      : value;
  return JSON.stringify(sorted(tree));
}

describe('blackout states', () => {
  for (const [name, { description, setup, ops, trees, observed: seen }] of Object.entries(observed)) {
    for (const model of ['sequential', 'posix']) {
      it(`${name} (${description}): ${model} has every state that a real disk showed`, async () => {
        const all = await states(model, { setup, ops });
        expect(Object.keys(all)).toEqual(Object.keys(seen));
        for (const [point, numbers] of Object.entries(seen)) {
          const have = all[point]!.map((state) => key(state.tree));
          for (const number of numbers) expect(have).toContain(key(trees[number]));
          expect(new Set(have).size).toBe(have.length);
        }
      });
    }
  }

  it('does not have them all under a model that loses nothing: the comparison can fail', async () => {
    const { setup, ops, trees, observed: seen } = observed['W11']!;
    const all = await states('process-kill', { setup, ops });
    const missing = Object.entries(seen).flatMap(([point, numbers]) => {
      const have = all[point]!.map((state) => key(state.tree));
      return numbers.filter((number) => !have.includes(key(trees[number])));
    });
    expect(missing.length).toBeGreaterThan(0);
  });

  it('counts opening and closing as ops of the file, though they change no disk', async () => {
    const ops = [
      { op: 'open', fd: 'h', path: 'f', flags: 'O_WRONLY|O_CREAT' },
      { op: 'pwrite', fd: 'h', data: ['n', 5], offset: 3 },
      { op: 'fsync', fd: 'h' },
      { op: 'close', fd: 'h' },
      { op: 'open', fd: 'h', path: 'f', flags: 'O_WRONLY' },
      { op: 'fsyncdir', path: '.' },
    ];
    const all = await states('sequential', { ops });
    expect(Object.keys(all)).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    const file = { f: { type: 'file', size: 8, content: '0*3 n*5' } };
    expect(all['0']).toEqual([{ tree: {} }]);
    expect(all['2']).toEqual([
      { tree: {} },
      { tree: { f: { type: 'file', size: 0, content: '' } } },
      { tree: file },
    ]);
    for (const point of ['3', '4', '5', '6']) expect(all[point]).toEqual([{ tree: file }]);
  });

  it('shows one crash point if asked, and as text without --json', async () => {
    await inDirectory(async (directory) => {
      const script = { ops: [{ op: 'symlink', target: 'a\u001b', path: 'l' }] };
      await writeFile(join(directory, 'ops.json'), JSON.stringify(script));
      const ran = await run(['states', '--model', 'posix', '--ops', 'ops.json', '--at', '1'], [], directory);
      expect(ran.stdout).toBe('crash point 1: 2 states\n  - an empty disk\n  - /l: -> a\\x1b\n');
    });
  });

  const mistakes: readonly (readonly [text: string, line: RegExp])[] = [
    ['{', /it is no JSON/],
    ['{}', /ops: /],
    ['{"ops":[{"op":"creat","path":"f"}]}', /ops\[0\]\.op: an op must be one of open, pwrite/],
    ['{"ops":[{"op":"mkdir","path":"d"},{"op":"unlink"}]}', /ops\[1\]\.path: /],
    ['{"ops":[{"op":"mkdir","path":"d","mode":7}]}', /ops\[0\]: .*mode/],
    ['{"setup":[{"op":"unlink","path":"f"}],"ops":[]}', /setup\[0\], unlink: it fails: ENOENT/],
    ['{"ops":[{"op":"close","fd":"h"}]}', /ops\[0\], close: it fails: no descriptor named "h" is open/],
  ];
  for (const [text, line] of mistakes) {
    it(`tells in one line, with the place, what is wrong with ${text}`, async () => {
      await inDirectory(async (directory) => {
        await writeFile(join(directory, 'ops.json'), text);
        const ran = await run(['states', '--model', 'posix', '--ops', 'ops.json'], [], directory);
        expect(ran.code).toBe(254);
        expect(ran.stderr).toMatch(line);
        expect(ran.stderr).toMatch(/^blackout: --ops ops\.json: [^\n]+\n$|^blackout: \w+\[\d\], [^\n]+\n$/);
      });
    });
  }

  it('gives a stronger model no state that a weaker one has not', async () => {
    const op = fc.oneof(
      fc.record({ op: fc.constant('mkdir'), path: fc.constantFrom('a', 'b') }),
      fc.record({ op: fc.constant('fsyncdir'), path: fc.constant('.') }),
      fc.record({ op: fc.constant('symlink'), target: fc.constant('t'), path: fc.constantFrom('c', 'd') }),
    );
    const distinct = fc.uniqueArray(op, {
      maxLength: 5,
      selector: (each) => ('path' in each ? each.path : ''),
    });
    await fc.assert(
      fc.asyncProperty(distinct, async (ops) => {
        const [kill, posix] = [await states('process-kill', { ops }), await states('posix', { ops })];
        for (const [point, strong] of Object.entries(kill)) {
          const weak = posix[point]!.map((state) => key(state.tree));
          for (const { tree } of strong) expect(weak).toContain(key(tree));
        }
      }),
      { numRuns: 50 },
    );
  });
});
