import { describe, expect, it } from 'vitest';
import { applied, described } from './mutation.ts';
import { mutationsOf } from './operators.ts';

function mutants(source: string, name: string): string[] {
  return mutationsOf(source)
    .filter((one) => one.name === name)
    .map((one) => applied(source, one));
}

const EXAMPLES: readonly { name: string; source: string; mutants: readonly string[] }[] = [
  { name: 'negated condition', source: 'if (a) b();', mutants: ['if (!(a)) b();'] },
  { name: 'negated condition', source: 'x = a ? b : c;', mutants: ['x = !(a) ? b : c;'] },
  { name: 'and for or', source: 'x = a && b;', mutants: ['x = ((a) || (b));'] },
  { name: 'condition left out', source: 'x = a || b;', mutants: ['x = (b);', 'x = (a);'] },
  { name: 'condition left out', source: 'x = a ?? b;', mutants: ['x = (a);'] },
  { name: 'other operator', source: 'x = a < b;', mutants: ['x = (a <= b);'] },
  { name: 'other operator', source: 'x = a === b;', mutants: ['x = (a !== b);'] },
  { name: 'other operator', source: 'x = a * b;', mutants: [] },
  { name: 'statement left out', source: 'f(); x = 1;', mutants: ['; x = 1;', 'f(); ;'] },
  {
    name: 'early end left out',
    source: 'const f = () => { if (a) return; };',
    mutants: ['const f = () => { if (a) ; };'],
  },
  { name: 'early end left out', source: 'if (a) throw b;', mutants: ['if (a) ;'] },
  {
    name: 'not waited for',
    source: 'async () => { await f(); x = await f(); };',
    mutants: ['async () => { f(); x = await f(); };'],
  },
  { name: 'one more', source: 'x = 7;', mutants: ['x = 8;'] },
  { name: 'one less', source: 'x = 7; y = 0;', mutants: ['x = 6; y = 0;'] },
  { name: 'other flag', source: 'x = true;', mutants: ['x = false;'] },
  { name: 'argument left out', source: 'f(a, b); f(a);', mutants: ['f(a); f(a);'] },
  { name: 'element left out', source: 'x = [a, b];', mutants: ['x = [b];', 'x = [a, ];'] },
  { name: 'always', source: 'x = a ? b : c;', mutants: ['x = (b);'] },
  { name: 'never', source: 'x = a ? b : c;', mutants: ['x = (c);'] },
];

describe('what the operators make of a source', () => {
  it.each(EXAMPLES)('$name: $source', ({ name, source, mutants: expected }) => {
    expect(mutants(source, name)).toEqual(expected);
  });

  it('leaves types and imports alone, and finds what stands within an assertion', () => {
    const source = "import { a } from './a.ts';\ntype T = 1 | 2;\nconst x = (a && 3) as 3;";
    expect(mutationsOf(source).map(({ name }) => name)).toEqual([
      'and for or',
      'condition left out',
      'condition left out',
      'one more',
      'one less',
    ]);
  });

  it('is a program that can be read, wherever the mistake is', () => {
    const source =
      'async function f(a: number) { if (a > 1 && a !== 4) return g(a, 2); await g(a ? 1 : 2, [a]); }';
    const found = mutationsOf(source);
    expect(found.length).toBeGreaterThan(15);
    for (const mutation of found) expect(() => mutationsOf(applied(source, mutation))).not.toThrow();
  });

  it('is told in a line', () => {
    const source = 'if (a\n  && b) c();';
    expect(mutationsOf(source).map((one) => described(source, one))).toEqual([
      'a && b -> !(a && b)',
      'a && b -> ((a) || (b))',
      'a && b -> (b)',
      'a && b -> (a)',
      'without c();',
    ]);
  });
});
