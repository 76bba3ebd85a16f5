import { beforeAll, describe, expect, it } from 'vitest';
import { Core } from '../../harness/disk/core/core.ts';
import { createFacade } from '../../harness/disk/facade/facade.ts';
import type { Image } from '../../harness/disk/image/image.ts';
import type { Op } from '../../harness/disk/journal.ts';
import {
  DEFAULTS,
  type Effect,
  Explorer,
  findModel,
  type PersistenceModel,
  Player,
  scheduleTo,
  shrink,
  type Story,
  tellStory,
} from '../../harness/index.ts';
import { difference } from '../backup/expected.ts';
import { open } from '../backup/world.ts';
import { burp } from './catalogue.ts';
import { PACKED } from './trees.ts';

const posix = findModel('posix')!;
const scenario = await burp.find(({ name }) => name === 'burp-ordering')!.make({});
const NEW = 'data.tmp/t/b/a.txt';
const BACK = 'currentdup/deltas.reverse/t/b/a.txt';

let player: Player;
let ops: readonly Op[];

beforeAll(async () => {
  player = await Player.start(scenario, posix);
  ops = player.main.life.ops;
});

function opOf(kind: Op['kind'], path: string): Op {
  return ops.find((op) => op.kind === kind && op.path.endsWith(`/${path}`))!;
}

/** The effects of a write: the size, and a page of data. */
function effectsOf(op: Op): { readonly op: number; readonly part: number }[] {
  return op.changes.map((_, part) => ({ op: op.index, part }));
}

/** What is wrong with the backups of day 1 to 3, each restored from a disk as it is. */
async function restored(image: Image, numbers: readonly number[]): Promise<(string | undefined)[]> {
  const clock = { now: () => 0 };
  const store = await open({ fs: createFacade(new Core(image.fork(), clock)), clock }, {});
  return await Promise.all(
    numbers.map(async (number) => await difference(store, number, PACKED[number - 1]!)),
  );
}

/** The first counterexample, shrunk. */
async function firstStory(model: PersistenceModel): Promise<Story> {
  const options = { ...DEFAULTS, cap: 256, depth: 1 };
  const [failure] = (await new Explorer(scenario, model, options).explore()).failures;
  const own = model === posix ? player : await Player.start(scenario, model);
  const { cuts } = scheduleTo(failure!, scenario.name, model.name);
  return await tellStory(own, await shrink(own, await own.play(cuts)));
}

/** One cut, one effect lost: data, or the size, of the patched file or of the delta back to the old one. */
function expectUnsyncedFile(story: Story): void {
  expect(story.lives).toHaveLength(1);
  const lost = story.lives[0]!.pending.filter(({ fate }) => fate === 'lost');
  expect(lost.map(({ text }) => text)).toEqual([
    expect.stringMatching(`^(data|size) of /store/c1/finishing/(${NEW}|${BACK})[, ]`),
  ]);
  const write = ops[lost[0]!.op - 1]!;
  expect(write.kind).toBe('write');
  expect(story.cause.op).toContain(`op ${write.index}, write ${write.path}`);
  expect(story.cause.sync).toBe(`fsync ${write.path} right after op ${write.index}`);
  expect(story.verdict.outcome).toBe('corrupt');
  expect(story.verdict.findings[0]!.message).toMatch(/^backup \d: \/b\/a\.txt: /);
}

describe('burp-ordering under posix', () => {
  it('first loses a file that was put together, renamed, and never synced', async () => {
    const story = await firstStory(posix);
    expectUnsyncedFile(story);
    // The power goes right after the rename, at the first moment at which the file counts as done.
    const [life] = story.lives;
    expect(life!.ops[life!.at - 1]!.text).toMatch(`rename /store/c1/finishing/${NEW} -> `);
  });

  it('takes an empty file for done and deletes the last good copy: the file is lost in every backup', async () => {
    const at = opOf('unlink', 'currentdup/data/t/b/a.txt').index;
    const effects = [NEW, BACK].flatMap((path) => effectsOf(opOf('write', path)));
    const replay = await player.play([{ at, mode: 'lose', effects }]);
    const [crash, recovered] = [replay.lives[0]!.crash, replay.recovery.image];
    expect(replay.recovery.ending.type).toBe('ended');
    // As on the real disk: before recovery the two old backups still restore, through the old `current`.
    expect(await restored(crash, [1, 2])).toEqual([undefined, undefined]);
    expect(await restored(recovered, [1, 2, 3])).toEqual(
      [1, 2, 3].map((n) => expect.stringContaining(`backup ${n}: /b/a.txt`)),
    );
  });

  it('loses the older backups alone if only the reverse delta is empty', async () => {
    const at = opOf('unlink', 'currentdup/data/t/b/a.txt').index;
    const replay = await player.play([{ at, mode: 'lose', effects: effectsOf(opOf('write', BACK)) }]);
    const [first, second, third] = await restored(replay.recovery.image, [1, 2, 3]);
    expect([first, second]).toEqual([1, 2].map((n) => expect.stringContaining(`backup ${n}: /b/a.txt`)));
    expect(third).toBeUndefined();
    expect(replay.verdict.findings[0]!.message).toMatch(/^backup 1: \/b\/a\.txt: delta is damaged/);
  });

  it('loses nothing at the same place if all data reached the disk', async () => {
    const at = opOf('unlink', 'currentdup/data/t/b/a.txt').index;
    const replay = await player.play([{ at, mode: 'lose', effects: [] }]);
    expect(replay.verdict.outcome).toBe('converged');
  });
});

/** Names in the order in which they were made, sizes and data whenever they come: as on ext4 with data=ordered. */
const namesInOrder: PersistenceModel = {
  name: 'names-in-order',
  summary: 'names survive in order, sizes and data on their own',
  source: 'crash images of Burp on ext4, data=ordered, with delayed allocation',
  rules: [
    'A change of names survives only if all earlier ones do.',
    'A size or a page survives on its own.',
    'fsync of a file makes its size and data durable, and all names.',
  ],
  independent: false,
  start: () => ({
    split: (op) => (op.kind === 'rename' ? [op.changes] : op.changes.map((change) => [change])),
    precedes: (effect, earlier) => (isNaming(effect) ? earlier.filter(isNaming) : []),
    syncs(op, pending) {
      if (op.kind === 'sync') return pending;
      if (op.kind !== 'fsync') return [];
      return pending.filter((effect) => isNaming(effect) || effect.op.ino === op.ino);
    },
  }),
};

function isNaming({ changes }: Pick<Effect, 'changes'>): boolean {
  return changes[0]?.type === 'entry';
}

describe('burp-ordering on a disk that keeps names in order and writes data later', () => {
  it('is caught, and again by a file that was never synced', async () => {
    expectUnsyncedFile(await firstStory(namesInOrder));
  });
});
