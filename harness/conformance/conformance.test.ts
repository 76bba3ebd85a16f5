import { describe, expect, it } from 'vitest';
import { runScript } from '../disk/script-life.ts';
import type { TreeJson } from '../disk/tree-json.ts';
import { findModel } from '../persistence/models.ts';
import { builtInObservations } from './built-in.ts';
import { compare, type Comparison } from './compare.ts';
import { CONFIGURATIONS } from './configurations.ts';
import { explain } from './explain.ts';

const workloads = builtInObservations();

function held(fileSystem: string, model: string): readonly Comparison[] {
  return workloads.map((workload) =>
    compare(workload, runScript(workload.script), fileSystem, findModel(model)!),
  );
}

const total = (all: readonly Comparison[], of: (each: Comparison) => number): number =>
  all.reduce((sum, each) => sum + of(each), 0);

/**
 * At most so many times as many states as were observed. A rule that is made weaker has to show its reason here: btrfs
 * was 1.14 until pages of a write were seen without the ones before, and ext4 with data=writeback,noauto 1.47 until new
 * data were seen in any freed block, not only in the one at the same place.
 */
const RATIO: Readonly<Record<string, number>> = {
  'ext4-ordered': 1.37,
  'ext4-noauto_da_alloc': 1.44,
  'ext4-writeback': 1.44,
  'ext4-writeback-noauto_da_alloc': 1.5,
  'ext4-journal': 1.02,
  xfs: 1.18,
  btrfs: 1.29,
};

/**
 * Why this test? A verdict is worth what the model is worth that it was reached under. These are more than a hundred
 * thousand crash images that a real kernel mounted: what one of them held, its model must allow.
 */
describe.each(Object.entries(CONFIGURATIONS))('%s, held against the model %s', (fileSystem, model) => {
  const all = held(fileSystem, model);

  it('has shown no state that the model forbids, in any of 25 workloads', () => {
    expect(all).toHaveLength(25);
    expect(total(all, ({ observed }) => observed)).toBeGreaterThan(90);
    expect(all.flatMap(({ forbidden, undecided }) => [...forbidden, ...undecided])).toEqual([]);
  });

  it('has shown nearly all states that the model allows', () => {
    const ratio = total(all, ({ allowed }) => allowed) / total(all, ({ observed }) => observed);
    expect(ratio).toBeLessThan(RATIO[fileSystem]!);
  });
});

describe('names', () => {
  it.each(Object.entries(CONFIGURATIONS).filter(([name]) => name !== 'btrfs'))(
    'are never those of later ops without earlier ones in what is allowed of %s',
    (fileSystem, model) => {
      const kinds = held(fileSystem, model).flatMap(({ surplus }) => surplus.map(({ kind }) => kind));
      expect(kinds).not.toContain('order');
    },
  );
});

describe('posix', () => {
  it('allows all that was seen where freed blocks are not reused, at most four times as much', () => {
    for (const fileSystem of ['ext4-ordered', 'ext4-noauto_da_alloc', 'ext4-journal', 'xfs', 'btrfs']) {
      const all = held(fileSystem, 'posix');
      expect(all.flatMap(({ forbidden }) => forbidden)).toEqual([]);
      expect(total(all, ({ allowed }) => allowed)).toBeLessThan(4 * total(all, ({ observed }) => observed));
    }
  });

  it("forbids what ext4 with data=writeback did to a replaced file: no choice of the ops' effects leads there", () => {
    const forbidden = held('ext4-writeback-noauto_da_alloc', 'posix').flatMap((each) => each.forbidden);
    expect(forbidden).toHaveLength(4);
    const w4 = workloads.find(({ name }) => name === 'W4')!;
    const life = runScript(w4.script);
    for (const { tree } of forbidden) expect(explain(life, life.ops.length, tree)).toBeUndefined();
  });
});

describe('a model that is too strong', () => {
  it.each([
    ['ext4-ordered', 'ext4-journal', 'W4'],
    ['xfs', 'ext4', 'W4'],
    ['btrfs', 'xfs', 'W10'],
    ['ext4-noauto_da_alloc', 'ext4', 'W16'],
    ['ext4-journal', 'process-kill', 'W1'],
  ])('%s under %s is found out, by %s among others', (fileSystem, model, workload) => {
    const guilty = held(fileSystem, model).filter(({ forbidden }) => forbidden.length > 0);
    expect(guilty.map((each) => each.workload)).toContain(workload);
  });

  it('is told which ops would have to survive', () => {
    const w7 = workloads.find(({ name }) => name === 'W7')!;
    const life = runScript(w7.script);
    const tree: TreeJson = { B: { type: 'file', size: 4096, content: 'b*4096' } };
    const explanation = explain(life, life.ops.length, tree);
    const ops = explanation === 'too many' ? [] : explanation?.ops;
    expect(ops?.map(({ kept, of }) => `${kept}/${of}`)).toEqual(['0/1', '2/2', '1/1', '2/2']);
  });

  it('is not said to be out of reach where there are too many effects to try', () => {
    const ops = [
      { op: 'open', fd: 'h', path: 'f', flags: 'O_WRONLY|O_CREAT' } as const,
      { op: 'pwrite', fd: 'h', data: ['n', 40_960] as [string, number], offset: 0 } as const,
    ];
    const life = runScript({ setup: [], ops });
    expect(explain(life, life.ops.length, {})).toBe('too many');
  });
});
