import * as fc from 'fast-check';
import { constants } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Core } from '../disk/core/core.ts';
import { hashKey } from '../disk/image/hash-key.ts';
import { Image } from '../disk/image/image.ts';
import type { Op } from '../disk/journal.ts';
import { randomly } from './choices.ts';
import { EffectGraph } from './graph.ts';
import type { Effect, PersistenceModel } from './model.ts';
import { findModel } from './models.ts';
import { chooseSurvival, crashState, illegal, type Kept } from './survival.ts';

const PAGE = 4096;

type Call =
  | { readonly call: 'write'; readonly page: number; readonly pages: number; readonly odd: number }
  | { readonly call: 'truncate'; readonly size: number }
  | { readonly call: 'rename' | 'sync' };

const call: fc.Arbitrary<Call> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      call: fc.constant('write' as const),
      page: fc.nat(50),
      pages: fc.integer({ min: 30, max: 70 }),
      odd: fc.constantFrom(0, 0, 100),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      call: fc.constant('write' as const),
      page: fc.nat(120),
      pages: fc.integer({ min: 1, max: 3 }),
      odd: fc.constantFrom(0, 100),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ call: fc.constant('truncate' as const), size: fc.nat(120 * PAGE) }),
  },
  { weight: 1, arbitrary: fc.record({ call: fc.constantFrom('rename' as const, 'sync' as const) }) },
);

/** A life with one file, of which all or half was there before. */
function lifeOf(before: number, calls: readonly Call[]): { boot: Image; ops: readonly Op[] } {
  const setup = new Core(Image.empty());
  setup.writeFile('/f', Buffer.alloc(before * PAGE, 1));
  const boot = setup.image;
  const core = new Core(boot.fork());
  const fd = core.open('/f', constants.O_RDWR);
  const names = ['/f', '/g'];
  for (const [i, each] of calls.entries()) {
    if (each.call === 'write') {
      const bytes = Buffer.alloc(each.pages * PAGE - each.odd, 2 + i);
      core.write(fd, bytes, 0, bytes.length, each.page * PAGE);
    } else if (each.call === 'truncate') core.ftruncate(fd, each.size);
    else if (each.call === 'sync') core.sync();
    else core.rename(names[0]!, names.reverse()[0]!);
  }
  return { boot, ops: core.journal.ops };
}

/** The same survival of the same life, whose writes are taken page by page. */
function pageByPage(kept: Kept, pages: EffectGraph): Kept {
  const changes = new Set([...kept].flatMap(namesOf));
  return new Set(pages.pending.filter((effect) => namesOf(effect).every((name) => changes.has(name))));
}

/** Each change by what it sets, and the op that it is of. */
function namesOf({ op, changes }: Effect): readonly string[] {
  return changes.map((change) => `${op.index} ${JSON.stringify(change, withoutBytes)}`);
}

function withoutBytes(_key: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) ? undefined : value;
}

interface Compared {
  survivals: number;
  withRuns: number;
}

function compare(
  model: PersistenceModel,
  { boot, ops }: ReturnType<typeof lifeOf>,
  seed: number,
  done: Compared,
): void {
  const { pages: _, ...alone } = model;
  const [runs, pages] = [new EffectGraph(model, boot), new EffectGraph(alone, boot)];
  const choices = randomly(seed);
  for (const op of ops) {
    runs.step(op);
    pages.step(op);
    for (let i = 0; i < 4; i++) {
      const kept = chooseSurvival(runs, choices);
      const same = pageByPage(kept, pages);
      expect(illegal(pages, same)?.op.kind, `after op ${op.index}`).toBeUndefined();
      expect(hashKey(crashState(runs, kept).hash)).toBe(hashKey(crashState(pages, same).hash));
      done.survivals++;
      if ([...kept].some(({ run }) => run)) done.withRuns++;
    }
  }
}

describe.each(['posix', 'ext4', 'ext4-noauto', 'xfs', 'btrfs'])('taken in runs under %s', (name) => {
  it('large writes leave nothing that they could not leave page by page', () => {
    const done = { survivals: 0, withRuns: 0 };
    fc.assert(
      fc.property(
        fc.constantFrom(0, 40),
        fc.array(call, { minLength: 3, maxLength: name === 'btrfs' ? 16 : 10, size: 'max' }),
        fc.integer(),
        (before, calls, seed) => compare(findModel(name)!, lifeOf(before, calls), seed, done),
      ),
      { numRuns: 40 },
    );
    expect(done.survivals).toBeGreaterThan(300);
    expect(done.withRuns).toBeGreaterThan(name === 'btrfs' ? 0 : 100);
  });
});
