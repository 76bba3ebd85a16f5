import { constants } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Core } from '../disk/core/core.ts';
import { Image } from '../disk/image/image.ts';
import { imageText } from '../disk/image/testing/describe.ts';
import type { Op } from '../disk/journal.ts';
import { randomly } from './choices.ts';
import { EffectGraph } from './graph.ts';
import { findModel, models } from './models.ts';
import { crashState } from './survival.ts';
import { Survivals } from './survivals.ts';
import { withTears } from './wrappers/tears.ts';

const PAGE = 4096;

/** One write of so many pages over a file that has some already. */
function written(pages: number, before = 0): { boot: Image; ops: readonly Op[] } {
  const setup = new Core(Image.empty());
  setup.writeFile('/f', bytes(before));
  const boot = setup.image;
  const core = new Core(boot.fork());
  const fd = core.open('/f', constants.O_RDWR);
  core.write(fd, bytes(pages, 100), 0, pages * PAGE, 0);
  core.fsync(fd);
  core.close(fd);
  return { boot, ops: core.journal.ops };
}

function bytes(pages: number, salt = 1): Buffer {
  const data = Buffer.alloc(pages * PAGE);
  for (let i = 0; i < pages; i++) data.writeUInt32LE(salt + i, i * PAGE);
  return data;
}

function graphOf(model: string, { boot, ops }: ReturnType<typeof written>, to = 1): EffectGraph {
  const graph = new EffectGraph(findModel(model)!, boot);
  for (const op of ops.slice(0, to)) graph.step(op);
  return graph;
}

describe.each(['posix', 'ext4', 'xfs'])('a write of hundreds of pages under %s', (model) => {
  it('is a few runs: its first page, its last, and the rest, split in the middle and at the old end', () => {
    const { pending } = graphOf(model, written(128, 40));
    const pagesOf = pending.map(({ changes }) =>
      changes.flatMap((change) => (change.type === 'page' ? [change.index] : [])),
    );
    const begins = new Set(pagesOf.flatMap((pages) => pages.slice(0, 1)));
    expect([...begins].sort((a, b) => a - b)).toEqual([0, 1, 40, 64, 127]);
    expect(pagesOf.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 128 }, (_, i) => i));
  });

  it('comes whole to the same disk as the write itself, and is durable with a sync', () => {
    const each = written(128, 40);
    const graph = graphOf(model, each);
    const all = crashState(graph, new Set(graph.pending));
    expect(imageText(all)).toBe(imageText(graph.volatile));
    const synced = graphOf(model, each, 2);
    expect([synced.pending.length, imageText(synced.durable)]).toEqual([0, imageText(synced.volatile)]);
  });

  it('is never called exhaustive, however few sets of runs there are', () => {
    const { boot, ops } = written(128);
    const scope = { tier: 'all' as const, t: 1, cap: 1 << 16, samples: 16, choices: randomly(1) };
    const survivals = new Survivals(findModel(model)!, boot, scope);
    survivals.step(ops[0]!);
    expect(survivals.coverage).toBe('bounded');
    survivals.step(ops[1]!);
    expect(survivals.coverage).toBe('exhaustive');
  });

  it('is page by page where that is still imaginable', () => {
    const { pending } = graphOf(model, written(32));
    expect(pending.some(({ run }) => run)).toBe(false);
  });
});

it('a write whose pages are in one chain is never taken in runs: each of its survivals can be looked at', () => {
  const { pending } = graphOf('btrfs', written(1000));
  expect([pending.length, pending.some(({ run }) => run)]).toEqual([1000, false]);
});

it('no model takes a write in runs that does not say how its pages depend on each other', () => {
  for (const model of [...models, withTears(findModel('posix')!)].filter(({ pages }) => !pages)) {
    const { boot, ops } = written(64);
    const graph = new EffectGraph(model, boot);
    graph.step(ops[0]!);
    expect([model.name, graph.pending.some(({ run }) => run)]).toEqual([model.name, false]);
  }
});
