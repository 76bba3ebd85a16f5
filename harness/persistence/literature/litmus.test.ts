import { describe, expect, it } from 'vitest';
import { findModel } from '../models.ts';
import { ferriteLitmus } from './testing/ferrite-litmus.ts';
import { aliceLitmus, crashMonkeyLitmus, houseLitmus, listLitmus } from './testing/later-litmus.ts';
import type { Litmus } from './testing/litmus.ts';
import { programLife, statements } from './testing/program.ts';
import { crashStates } from './testing/states.ts';
import { judgements, parseTable } from './testing/verdicts.ts';

const tests = [...ferriteLitmus, ...listLitmus, ...aliceLitmus, ...crashMonkeyLitmus, ...houseLitmus];

function allows(name: string, { program, boot, atEnd, shows }: Litmus): boolean {
  const points = crashStates(findModel(name)!, programLife(program, boot));
  return points.slice(atEnd ? -1 : 0).some((disks) => disks.some(shows));
}

describe('the litmus tests', () => {
  it.each(tests)('$name: $surprise ($program)', (test) => {
    const judged = judgements.filter((each) => each.test === test.name);
    const told = judged.map(({ model, verdict }) => [model, verdict] as const);
    const seen = judged.map(({ model }) => [model, allows(model, test) ? 'allow' : 'forbid'] as const);
    expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(told));
  });
});

describe('the table of verdicts', () => {
  it('has models and tests that there are', () => {
    expect(judgements.filter(({ model }) => !findModel(model))).toEqual([]);
    expect(judgements.filter(({ test }) => !tests.some(({ name }) => name === test))).toEqual([]);
  });

  it('has every test, and none twice', () => {
    const unjudged = tests.filter(({ name }) => !judgements.some(({ test }) => test === name));
    expect(unjudged).toEqual([]);
    expect(new Set(tests.map(({ name }) => name)).size).toBe(tests.length);
    const cells = judgements.map(({ test, model }) => `${model}: ${test}`);
    expect(new Set(cells).size).toBe(cells.length);
  });

  it('refuses what it can not read', () => {
    expect(() => parseTable('  a  b\nF0  allow')).toThrow('F0: 1 cells for 2 models');
    expect(() => parseTable('  a\nF0  maybe')).toThrow('F0: "maybe" is no verdict');
    expect(parseTable('  a  b\nF0  .  forbid')).toEqual([{ test: 'F0', model: 'b', verdict: 'forbid' }]);
  });
});

/** Without this, a question that no disk answers with yes would pass for a promise that all disks keep. */
describe('what every disk owes', () => {
  const owed = tests.filter(
    ({ name }) => !judgements.some(({ test, verdict }) => test === name && verdict === 'allow'),
  );

  it.each(owed)('$name: not without the syncs', (test) => {
    const unsynced = statements(test.program).filter((each) => !each.startsWith('fsync'));
    const program = unsynced.join('; ').replaceAll('osync', 'write');
    expect(allows('posix', { ...test, program })).toBe(true);
  });
});
