import { describe, expect, it } from 'vitest';
import { posix } from '../persistence/models/posix.ts';
import { Player } from './replay.ts';
import { scenario } from './scenario.ts';
import { tellStory } from './story.ts';

/** Writes three pages, renames, and syncs one file and not the other. */
const program = scenario({
  name: 'fates',
  async run({ fs, acknowledge }) {
    await fs.writeFile('/synced', 'x', { flush: true });
    const directory = await fs.open('/', 'r');
    await directory.sync();
    await fs.writeFile('/torn', Buffer.alloc(3 * 4096, 1));
    await fs.rename('/torn', '/moved');
    acknowledge('moved');
  },
  check: async ({ fs }) =>
    (await fs.readdir('/')).includes('moved') && (await fs.readFile('/moved')).includes(0)
      ? { invariant: 'the file is whole', message: 'it has a hole' }
      : undefined,
});

describe('a story', () => {
  it('says of each op what became of it, and at which byte a write is torn', async () => {
    const player = await Player.start(program, posix);
    const rename = player.main.life.ops.find((op) => op.kind === 'rename')!;
    const write = rename.index - 1;
    const pages = player.main.life.ops[write - 1]!.changes.flatMap((change, part) =>
      change.type === 'page' && change.index === 1 ? [part] : [],
    );
    const cuts = [{ at: rename.index, mode: 'lose', effects: [{ op: write, part: pages[0]! }] }] as const;
    const story = await tellStory(player, await player.play(cuts));
    const told = story.lives[0]!.ops.map(({ kind, path, fate }) => [kind, path, fate]);
    expect(told).toEqual([
      ['create', '/synced', { fate: 'durable', since: 4 }],
      ['write', '/synced', { fate: 'durable', since: 3 }],
      ['fsync', '/synced', undefined],
      ['fsync', '/', undefined],
      ['create', '/torn', { fate: 'kept' }],
      ['write', '/torn', { fate: 'torn', tornAt: 4096 }],
      ['rename', '/torn', { fate: 'kept' }],
    ]);
  });

  it('names the nearest crash points at which the same losses do no harm', async () => {
    const player = await Player.start(program, posix);
    const rename = player.main.life.ops.find((op) => op.kind === 'rename')!;
    const cuts = [{ at: rename.index, mode: 'lose', effects: [{ op: rename.index - 1, part: 1 }] }] as const;
    const replay = await player.play(cuts);
    const { neighbours, verdict } = await tellStory(player, replay);
    expect(verdict.outcome).toBe('corrupt');
    expect(neighbours).toMatchObject([{ at: rename.index - 1, side: 'before', why: 'converges' }]);
  });
});
