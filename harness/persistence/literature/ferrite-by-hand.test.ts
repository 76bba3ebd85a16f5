import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findModel } from '../models.ts';
import { codeRules, paperRules, statesByHand, type Rules } from './testing/ferrite-by-hand.ts';
import { programLife } from './testing/program.ts';
import { distinctStates, type Sight } from './testing/states.ts';

const MODELS: readonly (readonly [string, Rules])[] = [
  ['ferrite-code', codeRules(false)],
  ['ferrite-code-nodelalloc', codeRules(true)],
  ['ferrite-ext4', paperRules],
];

const NAMES = ['f', 'g', 'h'];
const BOOT = 'create f; write f o*2500';

/** What a random statement chooses from; what it names is settled by what there is then. */
const draft = fc.record({
  call: fc.constantFrom('create', 'write', 'write', 'write', 'pwrite', 'rename', 'rename', 'fsync'),
  first: fc.nat({ max: 5 }),
  second: fc.nat({ max: 2 }),
  count: fc.constantFrom(10, 1600, 4096, 6000),
  offset: fc.constantFrom(0, 5, 2000),
});

const program = fc.array(draft, { minLength: 1, maxLength: 5 }).map((drafts) => {
  const names = new Set(['f']);
  return drafts
    .flatMap(({ call, first, second, count, offset }, i) => {
      const name = [...names][first % names.size]!;
      const other = NAMES[second]!;
      const char = 'abcde'[i]!;
      if (call === 'fsync') return [`fsync ${name}`];
      if (call === 'write') return [`write ${name} ${char}*${count}`];
      if (call === 'pwrite') return [`write ${name} ${char}*10 at ${offset}`];
      if (call === 'create' ? names.has(other) : name === other) return [];
      names.add(other);
      if (call === 'create') return [`create ${other}`];
      names.delete(name);
      return [`rename ${name} ${other}`];
    })
    .join('; ');
});

/** As `statesByHand` has it. */
function text({ tree }: Sight): string {
  const named = Object.entries(tree).map(([name, node]) => {
    const content = node.type === 'file' ? node.content : '';
    return `${name}:${content.replaceAll(/0\*(\d+)/g, '.$1').replaceAll(/[* ]/g, '')}`;
  });
  return named.join(' ');
}

describe.each(MODELS)('%s, by orders of events', (name, rules) => {
  it('has the states that all prefixes of all valid orders leave', () => {
    fc.assert(
      fc.property(program, (statements) => {
        const life = programLife(statements, BOOT);
        const ours = distinctStates(findModel(name)!, life).map(text).sort();
        expect(ours).toEqual([...statesByHand(statements, BOOT, rules)].sort());
      }),
      { numRuns: process.env['BLACKOUT_LONG'] === '1' ? 5000 : 100 },
    );
  });
});

describe('the orders of events', () => {
  it('are other orders for other rules', () => {
    const append = 'write f a*1600; write f b*1600';
    const counts = MODELS.map(([, rules]) => statesByHand(append, BOOT, rules).size);
    expect(new Set(counts).size).toBeGreaterThan(1);
    expect(statesByHand('create g; create h', BOOT, paperRules).size).toBe(4);
    expect(statesByHand('create g; create h', BOOT, codeRules(false)).size).toBe(3);
  });
});
