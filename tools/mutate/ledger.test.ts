import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Tried, keyOf, knownOf, note, readLedger } from './ledger.ts';
import { marksIn, reasonFor } from './marks.ts';
import type { Mutation } from './mutation.ts';
import { mutationsOf } from './operators.ts';
import { pageOf } from './page.ts';
import { sampled } from './sample.ts';

let place: string;
beforeAll(async () => void (place = await mkdtemp(join(tmpdir(), 'ledger-'))));
afterAll(async () => await rm(place, { recursive: true }));

const SOURCE = 'f();\nif (a) g();\n';
const MARKED = 'f();\n// mutant: equivalent: g does nothing\nif (a) g();\n';

function negated(source: string): Mutation {
  return mutationsOf(source).find(({ name }) => name === 'negated condition')!;
}

function tried(key: string, more: Partial<Tried> = {}): Tried {
  const what = 'a || b -> b';
  return {
    key,
    from: 'seed 1',
    file: 'a.ts',
    line: 3,
    name: 'x',
    what,
    fate: 'caught',
    by: 'run',
    seconds: 1,
    ...more,
  };
}

describe('the key of a mutant', () => {
  const key = keyOf('a.ts', SOURCE, negated(SOURCE));

  it('is another one where the file, anything in it, or the mistake is', () => {
    const other = SOURCE.replace('f()', 'h()');
    const keys = [
      key,
      keyOf('b.ts', SOURCE, negated(SOURCE)),
      keyOf('a.ts', other, negated(other)),
      keyOf('a.ts', SOURCE, mutationsOf(SOURCE)[0]!),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('is the same one where only a mark has come', () => {
    expect(keyOf('a.ts', MARKED, negated(MARKED))).toBe(key);
  });
});

describe('a mark', () => {
  it('is about the line after it, and about no other', () => {
    const reasons = mutationsOf(MARKED).map((one) => reasonFor(MARKED, one, marksIn(MARKED)));
    expect(reasons).toEqual([undefined, 'g does nothing', 'g does nothing']);
  });

  it('without a reason is none', () => {
    expect(marksIn('// mutant: equivalent:\nf();')).toEqual([]);
    expect(marksIn('// mutant: equivalent: \nf();')).toEqual([]);
  });
});

describe('the ledger', () => {
  it('keeps what became of a mutant first and last', async () => {
    const path = join(place, 'ledger.jsonl');
    expect(await readLedger(path)).toEqual([]);
    await note(path, tried('1', { fate: 'survived' }));
    await note(path, tried('2'));
    await note(path, tried('1'));
    const known = knownOf(await readLedger(path));
    expect([...known.keys()]).toEqual(['1', '2']);
    expect(known.get('1')!.first.fate).toBe('survived');
    expect(known.get('1')!.last.fate).toBe('caught');
  });

  it('says which of its lines is torn', async () => {
    const path = join(place, 'torn.jsonl');
    await writeFile(path, `${JSON.stringify(tried('1'))}\n{"key":`);
    await expect(readLedger(path)).rejects.toThrow(/torn\.jsonl: line 2 is no JSON/);
  });
});

describe('the page', () => {
  const known = (first: Partial<Tried>, last = first) => ({
    first: tried('1', first),
    last: tried('1', last),
  });
  const page = pageOf(
    [
      known({ fate: 'survived' }, { by: 'tests' }),
      known({}),
      known({ fate: 'survived', line: 77 }),
      known({ fate: 'timeout', line: 78 }),
      known({ fate: 'equivalent', reason: 'because' }),
    ],
    'Given to tests.',
    [
      known({}),
      known({ fate: 'survived' }, { by: 'tests' }),
      known({ fate: 'equivalent', reason: 'because' }),
    ],
  );

  it('counts what was caught of what is not equivalent, at first and now', () => {
    expect(page).toContain('| seed 1 | 5 | 1 | 1 | 2 | 1 | 1 | 1 | 1 | 25.0 % | 50.0 % |');
  });

  it('does not forget what survived when it was first tried, whatever has changed since', () => {
    expect(page).toContain('| seed 1 | 2 | 1 | 1 | 0 | 50.0 % |');
  });

  it('names each survivor, and why what is equivalent is', () => {
    const [, survivors = '', equivalent = ''] = page.split('## ');
    expect(survivors).toContain(
      String.raw`| \`a.ts:77\` | x | \`a \|\| b -> b\` |`.replaceAll(String.raw`\``, '`'),
    );
    expect(survivors).toContain('`a.ts:78`');
    expect(survivors).not.toContain('because');
    expect(equivalent).toContain('| because |');
  });
});

describe('a sample', () => {
  const all = Array.from({ length: 100 }, (_, at) => at);

  it('is the same for the same seed, in order, and without doubles', () => {
    const one = sampled(all, 30, 5);
    expect(sampled(all, 30, 5)).toEqual(one);
    expect(one).toEqual([...new Set(one)].toSorted((a, b) => a - b));
    expect(one).toHaveLength(30);
  });

  it('is another one for another seed, and comes to everything', () => {
    expect(sampled(all, 30, 6)).not.toEqual(sampled(all, 30, 5));
    const seen = new Set(Array.from({ length: 40 }, (_, seed) => sampled(all, 30, seed)).flat());
    expect(seen.size).toBe(100);
    expect(sampled(all, 500, 1)).toEqual(all);
  });
});
