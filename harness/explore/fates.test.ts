import { describe, expect, it } from 'vitest';
import { posix } from '../persistence/models/posix.ts';
import { Player } from './replay.ts';
import { broken, scenario } from '../programs/scenario.ts';
import { Survivals } from '../persistence/survivals.ts';
import { DEFAULTS, scopeOf } from './options.ts';
import { worst, type Outcome } from './outcome.ts';
import { cutOf, type Cut } from './schedule.ts';
import { tellStory } from './story.ts';

/** The worst that any cut there leads to, tried one by one: what `repro --at` says. */
async function worstAt(player: Player, at: number): Promise<string> {
  const survivals = new Survivals(player.model, player.main.boot, scopeOf(DEFAULTS));
  for (const op of player.main.life.ops.slice(0, at)) survivals.step(op);
  const cuts: Cut[] = [];
  survivals.visit((survival) => void cuts.push(cutOf(at, survivals.graph, survival.kept())));
  const outcomes: Outcome[] = [];
  for (const cut of cuts) outcomes.push((await player.play([cut])).verdict.outcome);
  return worst(outcomes);
}

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

  it('names no crash point at which another loss does the same harm', async () => {
    // Two files without a sync: after the second is written, the loss of the first does as much harm as before.
    const two = scenario({
      name: 'two',
      async run({ fs, acknowledge }) {
        const root = await fs.open('/');
        await fs.writeFile('/a', 'x');
        acknowledge('a');
        await fs.writeFile('/b', 'x');
        acknowledge('b');
        for (const path of ['/a', '/b']) {
          const file = await fs.open(path, 'r+');
          await file.sync();
        }
        await root.sync();
      },
      async check({ fs }, told) {
        for (const name of told) {
          const text = await fs.readFile(`/${name}`, 'utf8').catch(() => '');
          if (text !== 'x') return broken('what was told is there', name, 'lost');
        }
        return undefined;
      },
    });
    const player = await Player.start(two, posix);
    const { ops } = player.main.life;
    // The data of b is lost as soon as it is promised.
    const replay = await player.play([{ at: 4, mode: 'lose', effects: [{ op: 4, part: 0 }] }]);
    const { neighbours, verdict } = await tellStory(player, replay);
    expect(verdict.outcome).toBe('lost');
    expect(neighbours.map(({ at }) => at)).toEqual([1, ops.length]);
    for (const { at } of neighbours) expect(await worstAt(player, at)).toBe('converged');
    for (const at of [2, 3, 4, 5, 6]) expect(await worstAt(player, at)).toBe('lost');
  });

  it('says of one before it that the loss is not possible there yet, not any more', async () => {
    const told = new Set<string>();
    for (const side of ['before', 'after']) {
      const player = await Player.start(program, posix);
      const at = player.main.life.ops.length;
      const replay = await player.play([{ at, mode: 'lose', effects: [{ op: at - 1, part: 1 }] }]);
      for (const each of (await tellStory(player, replay)).neighbours) {
        if (each.side === side) told.add(`${side}: ${each.why}`);
      }
    }
    expect([...told].filter((text) => /^before: .*any more|^after: .*yet/.test(text))).toEqual([]);
    expect(told.size).toBeGreaterThan(0);
  });
});
