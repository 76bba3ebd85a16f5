import { describe, expect, it } from 'vitest';
import { alice } from '../models/alice.ts';
import type { PersistenceModel } from '../model.ts';
import { aliceReport, type AliceState, type Checker } from './testing/alice-explorer.ts';
import { programLife, type ProgramLife } from './testing/program.ts';
import { crashStates } from './testing/states.ts';

/**
 * The toy program that ALICE comes with (example/toy): it replaces a file, says so, and makes two links that are meant
 * to come together. "hello" and "world" are five bytes each.
 */
const toy = programLife(
  'create tmp; write tmp w*5; rename tmp file1; say Updated; link file1 link1; link file1 link2',
  'create file1; write file1 h*5',
);
const [WRITE, RENAME, SAY, LINK1, LINK2] = [1, 2, 3, 4, 5];

const toyChecker: Checker = ({ sight, said }) => {
  const valid = said.includes('Updated') ? ['w*5'] : ['h*5', 'w*5'];
  return valid.includes(sight.content('file1') ?? 'none') && sight.has('link1') === sight.has('link2');
};

/** All crash states with what had been said by then, distinct. */
function exactStates(model: PersistenceModel, life: ProgramLife): readonly AliceState[] {
  const states = new Map<string, AliceState>();
  for (const [at, sights] of crashStates(model, life).entries()) {
    // A cut may come before something is said or right after.
    const before = life.said.filter(({ after }) => after < at).map(({ what }) => what);
    const now = life.said.filter(({ after }) => after <= at).map(({ what }) => what);
    for (const said of [before, now])
      for (const sight of sights) states.set(keyOf({ sight, said }), { sight, said });
  }
  return [...states.values()];
}

function keyOf({ sight, said }: AliceState): string {
  return `${sight.key} ${said.join()}`;
}

describe("ALICE's toy", () => {
  const report = aliceReport(alice, toy, toyChecker);
  const exact = exactStates(alice, toy);

  it('has the vulnerabilities that ALICE reports', () => {
    expect(report.acrossSyscalls).toEqual([[LINK1, LINK2]]);
    expect(report.ordering).toEqual([
      [WRITE, RENAME],
      [RENAME, SAY],
    ]);
    expect(report.atomicity).toEqual([RENAME]);
  });

  it.each<[string, Checker]>([
    ['one link without the other', ({ sight }) => sight.has('link1') && !sight.has('link2')],
    ['the file renamed without its data', ({ sight }) => sight.content('file1') === '' && !sight.has('tmp')],
    ['"Updated" and the old file', ({ sight, said }) => said.length > 0 && sight.content('file1') === 'h*5'],
    ['neither name of the renamed file', ({ sight }) => !sight.has('file1') && !sight.has('tmp')],
    [
      'the old file emptied before the rename',
      ({ sight }) => sight.content('file1') === '' && sight.has('tmp'),
    ],
  ])('has a failing crash state with %s', (_, shows) => {
    expect(exact.some((state) => shows(state) && !toyChecker(state))).toBe(true);
  });

  it('keeps only what alice allows of a rename when the fsyncs are added', () => {
    const mended = programLife(
      'create tmp; write tmp w*5; fsync tmp; rename tmp file1; fsync .; say Updated',
      'create file1; write file1 h*5',
    );
    const { acrossSyscalls, ordering, atomicity } = aliceReport(alice, mended, toyChecker);
    expect({ acrossSyscalls, ordering, atomicity }).toEqual({
      acrossSyscalls: [],
      ordering: [],
      atomicity: [3],
    });
  });
});

describe("the states that ALICE's exploration looks at, and all that there are", () => {
  const fine: Checker = () => true;
  const replace = 'create tmp; write tmp n*64; fsync tmp; rename tmp file; fsync .';
  const names = 'create a; create b; create c; create d; create e; create f; create g; create h';
  const writes = 'write f n*16384 at 0; write g n*16384 at 0';

  it.each([
    ['the toy', toy, 20, 140],
    ['atomic replace', programLife(replace, 'create file; write file o*64'), 10, 11],
    ['eight names', programLife(names), 36, 256],
    [
      'two overwrites of four pages',
      programLife(writes, 'create f; write f o*16384; create g; write g o*16384'),
      15,
      256,
    ],
  ] as const)('$0: $2 of $3', (_, life, looked, there) => {
    const seen = new Set(aliceReport(alice, life, fine).states.map(keyOf));
    const all = new Set(exactStates(alice, life).map(keyOf));
    for (const key of seen) expect(all).toContain(key);
    expect([seen.size, all.size]).toEqual([looked, there]);
  });

  it('differ where two losses must come together: ALICE leaves out one event at a time', () => {
    const life = programLife('create a; create b; create c');
    const either: Checker = ({ sight }) => !sight.has('c') || sight.has('a') || sight.has('b');
    expect(aliceReport(alice, life, either)).toMatchObject({
      acrossSyscalls: [],
      ordering: [],
      atomicity: [],
    });
    expect(exactStates(alice, life).every(either)).toBe(false);
  });
});
