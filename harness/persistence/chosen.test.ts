import { describe, expect, it } from 'vitest';
import { Core } from '../disk/core/core.ts';
import { Image } from '../disk/image/image.ts';
import { hashKey } from '../disk/image/hash-key.ts';
import { imageText } from '../disk/image/testing/describe.ts';
import type { Op } from '../disk/journal.ts';
import { randomly } from './choices.ts';
import { CHOSEN_FROM } from './chosen.ts';
import { findModel } from './models.ts';
import type { Effect } from './model.ts';
import { crashState, illegal } from './survival.ts';
import { Survivals } from './survivals.ts';

const FILES = 80;
const MODELS = ['posix', 'ext4', 'xfs', 'btrfs', 'ext4-writeback', 'alice'] as const;

/** Makes many files, overwrites some, and syncs now and then if it is told to. */
function lifeOf(syncEvery = Infinity): { boot: Image; ops: readonly Op[] } {
  const setup = new Core(Image.empty());
  for (let i = 0; i < FILES; i += 2) setup.writeFile(`/f${i}`, Buffer.from(`old ${i}`));
  const boot = setup.image;
  const core = new Core(boot.fork());
  for (let i = 0; i < FILES; i++) {
    core.writeFile(`/f${i}.new`, Buffer.from(`new ${i} `.repeat(700)));
    core.rename(`/f${i}.new`, `/f${i}`);
    if (i % syncEvery === syncEvery - 1) core.sync();
  }
  return { boot, ops: core.journal.ops };
}

function survivalsOf(model: string, boot: Image): Survivals {
  const scope = { tier: 'all' as const, t: 1, cap: 1 << 16, samples: 16, choices: randomly(1) };
  return new Survivals(findModel(model)!, boot, scope);
}

describe.each(MODELS)('with hundreds of effects pending under %s', (model) => {
  it('each survival that is chosen is one that the model allows, and its disk is that of its effects', () => {
    const { boot, ops } = lifeOf();
    const survivals = survivalsOf(model, boot);
    for (const op of ops.slice(0, 100)) {
      survivals.step(op);
      if (op.index % 40 > 2) continue;
      survivals.visit((survival) => {
        const kept = survival.kept();
        expect(illegal(survivals.graph, kept)).toBeUndefined();
        expect(imageText(survival.image)).toBe(imageText(crashState(survivals.graph, kept)));
      }, survivals.inherits);
    }
  });

  it('what is chosen does not grow with their number, and has what loses the last effects one by one', () => {
    const { boot, ops } = lifeOf();
    const survivals = survivalsOf(model, boot);
    for (const op of ops) survivals.step(op);
    const { pending, coverage } = survivals;
    if (pending.length <= CHOSEN_FROM || coverage === 'exhaustive') return;
    const sets: (readonly Effect[])[] = [];
    survivals.visit((survival) => sets.push([...survival.kept()]));
    expect(sets.length).toBeLessThan(100);
    const lost = sets.map((kept) => pending.filter((effect) => !kept.includes(effect)));
    // Of effects that exclude each other, one is lost on every disk.
    const always = lost.reduce((fewest, each) => (each.length < fewest.length ? each : fewest));
    const last = pending.findLast((effect) => !always.includes(effect))!;
    expect(lost.some((each) => each.length === always.length + 1 && each.includes(last))).toBe(true);
    expect(sets.some((kept) => kept.length === 0)).toBe(true);
  });
});

it('two ways through the same crash points choose the same, wherever each of them began to look', () => {
  const { boot, ops } = lifeOf(30);
  const [early, late] = [survivalsOf('posix', boot), survivalsOf('posix', boot)];
  const [seenEarly, seenLate] = [new Set<string>(), new Set<string>()];
  let compared = 0;
  for (const op of ops.slice(0, 140)) {
    early.step(op);
    late.step(op);
    if (!early.inherits) {
      seenEarly.clear();
      seenLate.clear();
    }
    early.visit(({ image }) => void seenEarly.add(hashKey(image.hash)), early.inherits);
    // Where fewer are pending, what is looked at is drawn by chance.
    if (op.index % 5 !== 0 || late.pending.length <= CHOSEN_FROM) continue;
    compared++;
    late.visit(({ image }) => void seenLate.add(hashKey(image.hash)));
    for (const each of seenLate) expect(seenEarly.has(each)).toBe(true);
  }
  expect(compared).toBeGreaterThan(5);
});
