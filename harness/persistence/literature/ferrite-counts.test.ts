import { describe, expect, it } from 'vitest';
import { findModel } from '../models.ts';
import type { PersistenceModel } from '../model.ts';
import { programLife, statements } from './testing/program.ts';
import { distinctStates, type Sight } from './testing/states.ts';

/**
 * FERRITE's programs and what its repository asserts of them (rosette/litmus). It counts the distinct disks that all
 * prefixes of all valid orders of a program leave, each file by its name, size and contents: here these are the
 * distinct crash states at all crash points together. A `#t` is a byte, `creat 0` makes the file 0.
 */
interface Program {
  readonly boot: string;
  readonly program: string;
  /** The fsync that may be tried before each statement and after the last. */
  readonly fsyncs: readonly string[];
  /** The states that the program means to allow. */
  readonly allowed: (sight: Sight) => boolean;
}

const createRename = {
  boot: '',
  program: 'create 0; write 0 t*2; rename 0 1',
  // Before the file is there, FERRITE's fsync is a barrier, and what is there already is synced.
  fsyncs: ['fsync .', 'fsync 0', 'fsync 0', 'fsync 1'],
  allowed: (sight: Sight) => [undefined, 't*2'].includes(sight.content('1')),
};
const replace = {
  boot: 'create 0; write 0 t*1',
  program: 'create 1; write 1 t*2; rename 1 0',
  fsyncs: ['fsync 0', 'fsync 1', 'fsync 1', 'fsync 0'],
  allowed: (sight: Sight) => ['t*1', 't*2'].includes(sight.content('0')!),
};
const twoAppends = {
  boot: '',
  program: 'create 0; create 1; write 0 t*2; write 1 t*1; fsync 1',
  fsyncs: [],
  allowed: (sight: Sight) => {
    const both = `${sight.content('0')}, ${sight.content('1')}`;
    return ['undefined, undefined', ', undefined', ', ', 't*2, ', 't*2, t*1'].includes(both);
  },
};
const chrome = {
  boot: 'create 0; write 0 t*2509',
  program: 'write 0 t*13; write 0 t*2500',
  fsyncs: ['fsync 0', 'fsync 0', 'fsync 0'],
  allowed: (sight: Sight) => /^t\*\d+$/.test(sight.content('0')!),
};

function after(program: Program, statement: string, fsync: string): Program {
  return { ...program, program: program.program.replace(statement, `${statement}; ${fsync}`) };
}

const sequential = 'sequential';
const advfs = 'ferrite-advfs';
const ext4 = 'ferrite-code';
const nodelalloc = 'ferrite-code-nodelalloc';

const PUBLISHED: readonly (readonly [string, Program, string, count: number, holds: boolean])[] = [
  ['create-rename', createRename, sequential, 4, true],
  ['create-rename', createRename, advfs, 3, false],
  ['create-rename', createRename, ext4, 5, false],
  ['create-rename with fsync', after(createRename, 'write 0 t*2', 'fsync 0'), sequential, 4, true],
  ['create-rename with fsync', after(createRename, 'write 0 t*2', 'fsync 0'), advfs, 4, true],
  ['create-rename with fsync', after(createRename, 'write 0 t*2', 'fsync 0'), ext4, 4, true],
  ['replace', replace, sequential, 4, true],
  ['replace', replace, advfs, 3, false],
  ['replace with fsync', after(replace, 'write 1 t*2', 'fsync 1'), sequential, 4, true],
  ['replace with fsync', after(replace, 'write 1 t*2', 'fsync 1'), advfs, 4, true],
  ['two-appends', twoAppends, sequential, 5, true],
  ['two-appends', twoAppends, advfs, 4, false],
  ['two-appends with fsync', after(twoAppends, 'write 0 t*2', 'fsync 0'), sequential, 5, true],
  ['two-appends with fsync', after(twoAppends, 'write 0 t*2', 'fsync 0'), advfs, 5, true],
  ['chrome', chrome, sequential, 3, true],
  ['chrome', chrome, ext4, 7, false],
  ['chrome', chrome, nodelalloc, 4, true],
];

function statesOf({ boot, program }: Program, model: string): readonly Sight[] {
  return distinctStates(findModel(model) as PersistenceModel, programLife(program, boot));
}

function holds(program: Program, model: string): boolean {
  return statesOf(program, model).every(program.allowed);
}

describe("FERRITE's published counts", () => {
  it.each(PUBLISHED)('%s', (_, program, model, count, sound) => {
    expect(statesOf(program, model)).toHaveLength(count);
    expect(holds(program, model)).toBe(sound);
  });

  it('are those of the code: the paper allows more wherever names have nothing in common', () => {
    expect(statesOf(twoAppends, 'ferrite-ext4').length).toBeGreaterThan(statesOf(twoAppends, ext4).length);
  });
});

/** FERRITE's program with syncs inserted: a bit of `places` for each gap, before the first statement and after the last. */
function withSyncs(program: Program, places: number): Program {
  const parts = statements(program.program);
  const chosen = program.fsyncs.map((sync, gap) => ((places >> gap) & 1 ? [sync] : []));
  return { ...program, program: chosen.flatMap((sync, i) => [...sync, ...parts.slice(i, i + 1)]).join('; ') };
}

/** All ways to insert fsyncs after which the program keeps what it means to keep. */
function fixes(program: Program, model: string): readonly string[] {
  const all = Array.from({ length: 1 << program.fsyncs.length }, (_, places) => withSyncs(program, places));
  return all.filter((each) => holds(each, model)).map((each) => each.program);
}

function syncsIn(program: string): number {
  return statements(program).filter((each) => each.startsWith('fsync')).length;
}

describe('the fewest fsyncs, all insertions tried', () => {
  it.each([ext4, advfs, 'ferrite-ext4'])('create-rename under %s: one, after the write', (model) => {
    const found = fixes(createRename, model);
    expect(Math.min(...found.map(syncsIn))).toBe(1);
    expect(found.filter((each) => syncsIn(each) === 1)).toEqual([
      'create 0; write 0 t*2; fsync 0; rename 0 1',
    ]);
  });

  it.each([ext4, 'ferrite-ext4'])('chrome under %s: no insertion fixes it', (model) => {
    expect(fixes(chrome, model)).toEqual([]);
  });

  it('chrome under ferrite-code-nodelalloc: none is needed, and none does harm', () => {
    expect(fixes(chrome, nodelalloc)).toHaveLength(8);
    expect(fixes(chrome, nodelalloc)).toContain(chrome.program);
  });
});
