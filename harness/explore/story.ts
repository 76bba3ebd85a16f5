import { listTree, type TreeEntry } from '../disk/image/tree.ts';
import type { Image } from '../disk/image/image.ts';
import type { Change, Op } from '../disk/journal.ts';
import type { Effect } from '../persistence/model.ts';
import { isSync } from '../persistence/rules.ts';
import { causeOf, pathOf } from './cause.ts';
import { fatesOf, opFate, type EffectFate, type OpFate } from './fates.ts';
import type { LifeRecord, Mark } from './life.ts';
import { neighboursOf, type Neighbour } from './neighbours.ts';
import { describeError, type Verdict } from './outcome.ts';
import type { CutLife, Player, Replay } from './replay.ts';
import { printToken } from './token.ts';

/** A story as data that any writer can show: everything is text and numbers. */
export interface Story {
  readonly token: string;
  readonly scenario: string;
  readonly model: string;
  readonly verdict: Verdict;
  readonly lives: readonly StoryLife[];
  /** The last recovery, which ran to its end. */
  readonly recovery: { readonly ops: readonly StoryOp[]; readonly ending: string; readonly tree: Tree };
  readonly cause: StoryCause;
  /** The nearest crash points at which the same losses do no harm; none for a story that converges. */
  readonly neighbours: readonly Neighbour[];
}

export interface StoryCause {
  /** The op whose loss matters, as text; none if nothing was lost. */
  readonly op: string | undefined;
  /** The sync that would have prevented the story; none if no single one would. */
  readonly sync: string | undefined;
  /** The same as data: in which life, which op or after which op, and what it is about. */
  readonly culprit:
    { readonly life: number; readonly op: number; readonly kind: string; readonly path: string } | undefined;
  readonly rescue: { readonly life: number; readonly after: number; readonly path: string } | undefined;
}

export interface StoryLife {
  readonly role: 'run' | 'recovery';
  /** The crash point, of how many ops. */
  readonly at: number;
  readonly length: number;
  /** The power goes before what is promised right after op `at`. */
  readonly early: boolean;
  /** All ops up to the cut, and the few that would have come. */
  readonly ops: readonly StoryOp[];
  readonly pending: readonly StoryEffect[];
  readonly acknowledged: readonly Mark<string>[];
  readonly seen: Tree;
  readonly crash: Tree;
}

export interface StoryOp {
  readonly index: number;
  readonly kind: string;
  readonly path: string;
  readonly text: string;
  readonly sync: boolean;
  readonly phase: string | undefined;
  /** What became of it; undefined where it was not cut, or not reached, and for what has no effects. */
  readonly fate: OpFate | undefined;
  readonly effects: readonly (Omit<EffectFate, 'effect'> & {
    readonly part: number;
    readonly text: string;
  })[];
}

export interface StoryEffect {
  readonly op: number;
  readonly part: number;
  readonly text: string;
  readonly fate: 'kept' | 'lost';
}

export type Tree = ReadonlyMap<string, TreeEntry>;

/** Ops after the cut that a story shows, greyed out: what the program was about to do. */
const AFTER = 3;

export async function tellStory(player: Player, replay: Replay): Promise<Story> {
  const lives = [...replay.lives.map((lived) => lived.life.ops), replay.recovery.ops];
  return {
    token: printToken(replay.schedule, lives),
    scenario: player.scenario.name,
    model: player.model.name,
    verdict: replay.verdict,
    lives: replay.lives.map((lived, i) => {
      const boot = i === 0 ? player.main.boot : replay.lives[i - 1]!.crash;
      return tellLife(lived, i === 0 ? 'run' : 'recovery', fatesOf(player.model, boot, lived));
    }),
    recovery: {
      ops: tellOps(replay.recovery, replay.recovery.ops.length, replay.recovery.image, new Map()),
      ending: endingOf(replay.recovery),
      tree: listTree(replay.recovery.image),
    },
    cause: await tellCause(player, replay),
    neighbours: replay.verdict.outcome === 'converged' ? [] : await neighboursOf(player, replay),
  };
}

type Fates = ReadonlyMap<number, readonly EffectFate[]>;

function tellLife(lived: CutLife, role: StoryLife['role'], fates: Fates): StoryLife {
  const { life, cut, pending, kept, seen, crash } = lived;
  return {
    role,
    at: cut.at,
    length: life.ops.length,
    early: cut.early ?? false,
    ops: tellOps(life, cut.at + AFTER, seen, fates),
    pending: pending.map((effect) => ({
      op: effect.op.index,
      part: effect.part,
      text: describeEffect(effect, seen),
      fate: kept.has(effect) ? 'kept' : 'lost',
    })),
    acknowledged: life.acknowledged.filter((mark) => mark.after <= (cut.early ? cut.at - 1 : cut.at)),
    seen: listTree(seen),
    crash: listTree(crash),
  };
}

function tellOps(life: LifeRecord, to: number, seen: Image, fates: Fates): readonly StoryOp[] {
  return life.ops.slice(0, to).map((op) => {
    const own = fates.get(op.index) ?? [];
    return {
      index: op.index,
      kind: op.kind,
      path: op.path,
      text: describeOp(op),
      sync: isSync(op),
      phase: life.phases.findLast((mark) => mark.after < op.index)?.value,
      fate: opFate(op, own),
      effects: own.map(({ effect, ...fate }) => ({
        ...fate,
        part: effect.part,
        text: describeEffect(effect, seen),
      })),
    };
  });
}

async function tellCause(player: Player, replay: Replay): Promise<StoryCause> {
  if (replay.verdict.outcome === 'converged') {
    return { op: undefined, sync: undefined, culprit: undefined, rescue: undefined };
  }
  const { op, life, sync } = await causeOf(player, replay);
  const where = life === 0 ? '' : ` of recovery ${life}`;
  return {
    op: op && `op ${op.index}${where}, ${describeOp(op)}`,
    sync: sync && `fsync ${sync.path} right after op ${sync.after}${where}`,
    culprit: op && { life, op: op.index, kind: op.kind, path: op.path },
    rescue: sync && { life, after: sync.after, path: sync.path },
  };
}

function endingOf(life: LifeRecord): string {
  switch (life.ending.type) {
    case 'ended':
      return `ended after ${life.ops.length} ops`;
    case 'threw':
      return `failed after ${life.ops.length} ops: ${describeError(life.ending.error)}`;
    case 'never ended':
      return life.ending.why;
  }
}

/** One op in words that a shell user knows. */
export function describeOp(op: Op): string {
  const range = op.length === undefined ? '' : ` [${op.offset ?? 0}, +${op.length})`;
  switch (op.kind) {
    case 'rename':
    case 'link':
      return `${op.kind} ${op.path} -> ${op.to}`;
    case 'symlink':
      return `symlink ${op.path} -> ${JSON.stringify(op.to)}`;
    case 'truncate':
      return `truncate ${op.path} to ${op.offset}`;
    default:
      return `${op.kind} ${op.path}${range}`;
  }
}

/** One effect: what of its op it is. */
export function describeEffect(effect: Effect, seen: Image): string {
  return effect.changes.map((change) => describeChange(change, effect.op, seen)).join(' and ');
}

function describeChange(change: Change, op: Op, seen: Image): string {
  switch (change.type) {
    case 'entry': {
      const dir = pathOf(seen, change.dir) ?? '(a removed directory)';
      const path = `${dir === '/' ? '' : dir}/${change.name}`;
      return change.ino === 0 ? `entry ${path} goes` : `entry ${path} comes`;
    }
    case 'page':
      return `data of ${op.path}, page ${change.index}`;
    case 'sector':
      return `data of ${op.path}, page ${change.index}, sector ${change.sector}`;
    case 'grow':
      return `size of ${op.path} rises to ${change.size}`;
    case 'truncate':
      return `size of ${op.path} falls to ${change.size}`;
    case 'mode':
      return `mode of ${op.path} becomes 0${change.mode.toString(8)}`;
  }
}
