import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Image } from '../disk/image/image.ts';
import type { Place } from './call-site.ts';
import { inline } from './inline.ts';
import { program } from './node/program.ts';
import { originalPlace } from './original-places.ts';
import type { LifeRequest } from './program.ts';
import { scenario, type Life, type Scenario } from './scenario.ts';

/** What stands in the source where an op is said to be made, from that character on. */
function sourceAt({ file, line, column }: Place): string {
  const lines = readFileSync(resolve(file), 'utf8').split('\n');
  return lines[line - 1]!.slice(column - 1);
}

async function live(made: Scenario, request: Partial<LifeRequest>) {
  const boot = Image.empty();
  const setup = await inline(made).live({ part: 'setup', boot, time: 0 });
  return await inline(made).live({ part: 'run', boot: setup.image, time: 0, ...request });
}

/** By op: its kind, and the text of the source from the call on. */
async function madeBy(
  made: Scenario,
  request: Partial<LifeRequest> = {},
): Promise<readonly (readonly [string, string])[]> {
  const { ops, places } = await live(made, { placed: { from: 1, to: 100 }, ...request });
  return ops.map(({ kind, index }) => [kind, sourceAt(places!.get(index)![0]!)]);
}

function inlined(run: (life: Life) => Promise<void>): Scenario {
  return scenario({ name: 'placed', run, check: async () => undefined });
}

async function synced(fs: Life['fs'], path: string): Promise<void> {
  const file = await fs.open(path, 'r');
  await file.sync();
  await file.close();
}

const overlapping = inlined(async ({ fs }) => {
  await fs.mkdir('/d');
  await Promise.all([fs.writeFile('/d/a', 'x'), fs.mkdir('/d/b')]);
  await synced(fs, '/d/a');
  await fs.rename('/d/a', '/d/c');
});

const typescript = program<typeof import('./node/testing/modules/save.ts')>({
  name: 'typed',
  load: './node/testing/modules/save.ts',
  from: import.meta.url,
  async run({ load }) {
    await (await load()).save('/data/x', { theme: 'dark' });
  },
  check: async () => undefined,
});

describe('the places of a life', () => {
  it('are the calls that make its ops, of several under way each its own', async () => {
    const found = await madeBy(overlapping);
    expect(found.map(([kind]) => kind)).toEqual(['mkdir', 'create', 'mkdir', 'write', 'fsync', 'rename']);
    const beginnings = ['mkdir(', 'writeFile(', 'mkdir(', 'writeFile(', 'sync(', 'rename('];
    for (const [i, [, text]] of found.entries())
      expect(text.slice(0, beginnings[i]!.length)).toBe(beginnings[i]);
    expect(found[0]![1]).not.toBe(found[2]![1]);
  });

  it('go on to what called that, up to the function of the scenario and no further', async () => {
    const { ops, places } = await live(overlapping, { placed: { from: 1, to: 100 } });
    const fsync = ops.find(({ kind }) => kind === 'fsync')!;
    const [call, by, ...further] = places!.get(fsync.index)!.map(sourceAt);
    expect(call).toBe('sync();');
    expect(by).toMatch(/^(?:await )?synced\(fs, '\/d\/a'\);$/);
    expect(further).toEqual([]);
  });

  it('are lines of the TypeScript that somebody wrote, not of what is run', async () => {
    const found = await madeBy(typescript);
    const beginnings = ['open(', 'writeFile(', 'sync(', 'rename('];
    expect(found.map(([kind]) => kind)).toEqual(['create', 'write', 'fsync', 'rename']);
    for (const [i, [, text]] of found.entries())
      expect(text.slice(0, beginnings[i]!.length)).toBe(beginnings[i]);
    // What is run has those calls on other lines: without the way back, all of the above would be wrong.
    const { places } = await live(typescript, { placed: { from: 1, to: 100 } });
    const file = resolve(places!.get(1)![0]!.file);
    const lines = Array.from({ length: 40 }, (_, i) => i + 1);
    const led = lines.map((line) => originalPlace({ file, line, column: 12 }).line);
    expect(led).not.toEqual(lines);
  });

  it('are those of calls that fail as well', async () => {
    const faults = { kinds: ['eio' as const], faults: [{ call: 3, kind: 'eio' as const }] };
    const { ops, places } = await live(overlapping, { placed: { from: 1, to: 100 }, faults });
    const failed = ops.find(({ fault }) => fault !== undefined)!;
    expect(sourceAt(places!.get(failed.index)![0]!)).toMatch(/^(?:writeFile|mkdir)\(/);
  });

  it('are noted from one op to another, and change nothing', async () => {
    const some = await live(overlapping, { placed: { from: 2, to: 4 } });
    expect([...some.places!.keys()]).toEqual([2, 3, 4]);
    const without = await live(overlapping, {});
    expect(without.places).toBeUndefined();
    expect(without.ops).toEqual(some.ops);
  });
});
