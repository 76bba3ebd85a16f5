import { describe, expect, it } from 'vitest';
import { type GatherRules, actionFor, keepData, mayBeDelta, pairs } from './compare.ts';
import { type Attributes, NO_ATTRIBUTES } from './manifest/attributes.ts';
import { type Entry, type Letter, entryOf } from './manifest/entry.ts';

const RULES: GatherRules = { librsync: true, librsyncMaxSize: 0, smallestDelta: 0, maxHardlinks: 10 };
const BASE: Partial<Attributes> = { mode: 0o100644, mtime: 1, ctime: 1, size: 100, compression: 9 };

function entry(letter: Letter, more: Partial<Attributes> = {}, path = '/a'): Entry {
  return entryOf(letter, path, { ...NO_ATTRIBUTES, ...BASE, ...more });
}

function stored(letter: Letter, more: Partial<Attributes> = {}, path = '/a', size = 100): Entry {
  return { ...entry(letter, more, path), end: { size, md5: '0'.repeat(32) } };
}

const CHANGED = { mtime: 2 };

describe('what is done about an entry', () => {
  it.each<[what: string, now: Entry, old: Entry | undefined, action: string, rules?: Partial<GatherRules>]>([
    ['without data', entry('d'), stored('d'), 'record'],
    ['that is new', entry('f'), undefined, 'whole'],
    ['that was something else', entry('f'), stored('m'), 'whole'],
    ['that is as it was', entry('f'), stored('f'), 'keep'],
    ['whose time is another', entry('f', CHANGED), stored('f'), 'delta'],
    ['whose size is another', entry('f', { size: 101 }), stored('f'), 'delta'],
    ['whose status has changed', entry('f', { ctime: 2 }), stored('f'), 'keep'],
    [
      'whose status has changed, on Windows',
      entry('f', { ctime: 2 }, 'C:/a'),
      stored('f', {}, 'C:/a'),
      'delta',
    ],
    ['that is as it was, on Windows', entry('f', {}, 'C:/a'), stored('f', {}, 'C:/a'), 'keep'],
    ['of metadata that is as it was', entry('m', { size: 5 }), stored('m'), 'keep'],
    ['of metadata whose status has changed', entry('m', { ctime: 2 }), stored('m'), 'whole'],
    ['that became a directory', entry('f', { mode: 0o040755 }), stored('f'), 'delta'],
    ['without librsync', entry('f', CHANGED), stored('f'), 'whole', { librsync: false }],
    ['that is encrypted', entry('y', CHANGED), stored('y'), 'whole'],
    ['that is encrypted now', entry('f', { ...CHANGED, encryption: 1 }), stored('f'), 'whole'],
    ['that was encrypted', entry('f', CHANGED), stored('f', { encryption: 1 }), 'whole'],
    ['that is packed now', entry('f', CHANGED), stored('f', { compression: 0 }), 'whole'],
    ['that was packed', entry('f', { ...CHANGED, compression: 0 }), stored('f'), 'whole'],
    ['as large as a delta may be', entry('f', CHANGED), stored('f'), 'delta', { librsyncMaxSize: 100 }],
    ['larger than that', entry('f', CHANGED), stored('f'), 'whole', { librsyncMaxSize: 99 }],
    [
      'that was larger than that',
      entry('f', CHANGED),
      stored('f', {}, '/a', 101),
      'whole',
      { librsyncMaxSize: 100 },
    ],
    ['as small as a delta may be', entry('f', CHANGED), stored('f'), 'delta', { smallestDelta: 100 }],
    ['smaller than that', entry('f', CHANGED), stored('f'), 'whole', { smallestDelta: 101 }],
    [
      'that was smaller than that',
      entry('f', CHANGED),
      stored('f', {}, '/a', 1),
      'delta',
      { smallestDelta: 100 },
    ],
  ])('%s', (_, now, old, action, rules = {}) => {
    expect(actionFor(now, old, { ...RULES, ...rules })).toBe(action);
  });
});

it('a delta is between two plain files, whichever is the older one', () => {
  expect(mayBeDelta(entry('f'), entry('f'), RULES, [1, 2])).toBe(true);
  for (const letter of ['y', 'm', 'k'] as const) {
    expect(mayBeDelta(entry(letter), entry('f'), RULES, [1, 2])).toBe(false);
    expect(mayBeDelta(entry('f'), entry(letter), RULES, [1, 2])).toBe(false);
  }
});

it('data that is kept stays packed and locked as it is, under attributes of today', () => {
  const old = stored('f', { compression: 5, encryption: 1, salt: 7n, mode: 1, mtime: 1 });
  const kept = keepData(entry('f', { compression: 9, encryption: 0, salt: 0n, mode: 2, mtime: 3 }), old);
  expect(kept).toMatchObject({ end: old.end, path: old.path });
  expect(kept.attributes).toMatchObject({ compression: 5, encryption: 1, salt: 7n, mode: 2, mtime: 3 });
});

async function* listOf(...names: readonly string[]): AsyncGenerator<Entry> {
  for (const name of names) yield entry('f', {}, `/${name}`);
}

describe('two lists side by side', () => {
  const paired = async (now: readonly string[], old?: readonly string[]) => {
    const gone: string[] = [];
    const both: string[] = [];
    const others = old && listOf(...old);
    for await (const [one, before] of pairs(listOf(...now), others, ({ path }) => gone.push(path)))
      both.push(before ? `${one.path} ${before.path}` : one.path);
    return { both, gone };
  };

  it.each([
    [['a', 'b'], ['a', 'b'], ['/a /a', '/b /b'], []],
    [['b'], ['a', 'c'], ['/b'], ['/a', '/c']],
    [['a', 'c'], ['b'], ['/a', '/c'], ['/b']],
    [[], ['a', 'b'], [], ['/a', '/b']],
    [['a'], [], ['/a'], []],
    [['a', 'b', 'c'], ['b'], ['/a', '/b /b', '/c'], []],
    [['c'], ['a', 'b', 'c', 'd'], ['/c /c'], ['/a', '/b', '/d']],
  ])('%j over %j', async (now, old, both, gone) => {
    expect(await paired(now, old)).toEqual({ both, gone });
  });

  it('pairs nothing where there is no other', async () => {
    expect(await paired(['a'])).toEqual({ both: ['/a'], gone: [] });
  });

  it('closes the other one when whoever reads them stops', async () => {
    let isClosed = false;
    async function* old(): AsyncGenerator<Entry> {
      try {
        yield* listOf('a', 'b', 'c');
      } finally {
        isClosed = true;
      }
    }
    for await (const _ of pairs(listOf('a', 'b'), old())) break;
    expect(isClosed).toBe(true);
  });
});
