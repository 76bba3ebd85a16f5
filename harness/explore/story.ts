import { listTree, type TreeEntry } from '../disk/image/tree.ts';
import type { Image } from '../disk/image/image.ts';
import type { FaultKind } from '../disk/fault-kinds.ts';
import type { Op } from '../disk/journal.ts';
import { hasFailed } from '../persistence/adrift.ts';
import type { FailedSync } from './failed-syncs.ts';
import { isSync } from '../persistence/rules.ts';
import { causeOf } from './cause.ts';
import { describeEffect, describeOp } from './describe.ts';
import { earlyCalls, earlyIn } from './early.ts';
import { fatesOf, opFate, type EffectFate, type Fates, type OpFate } from './fates.ts';
import type { Place } from '../programs/call-site.ts';
import type { LifeRecord, Mark } from '../programs/program.ts';
import { mayNotTry } from '../programs/guard.ts';
import { heldBefore } from './held-before.ts';
import { placesIn, type Places } from './story-places.ts';
import { neighboursOf, type Neighbour } from './neighbours.ts';
import { describeError, type Verdict } from './outcome.ts';
import type { CutLife, Player, Replay } from './replay.ts';
import { nameOf, type EffectName } from './schedule.ts';
import { unawaitedIn } from './unawaited.ts';
import { uncutOf, type Uncut } from './uncut.ts';

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
  /** The nearest crash points at which no cut does harm; none for a story that converges. */
  readonly neighbours: readonly Neighbour[];
}

export interface StoryCause {
  /** The op whose loss matters, as text; none if nothing was lost. */
  readonly op: string | undefined;
  /** The sync that would have prevented the story; none if no single one would. */
  readonly sync: string | undefined;
  /** The same as data: in which life, which op or after which op, what it is about, and where that op is made. */
  readonly culprit:
    | {
        readonly life: number;
        readonly op: number;
        readonly kind: string;
        readonly path: string;
        readonly places?: readonly Place[];
      }
    | undefined;
  readonly rescue:
    | {
        readonly life: number;
        readonly after: number;
        readonly path: string;
        readonly places?: readonly Place[];
      }
    | undefined;
  /** What would help where no sync does, as a sentence; none if there is nothing to say. */
  readonly remedy: string | undefined;
  /** The calls that failed, as text. */
  readonly failed: readonly string[];
  /** The calls that took effect before others that were made earlier, as text. */
  readonly early: readonly string[];
  /** Where the program did not wait for its own calls, as sentences. */
  readonly unawaited: readonly string[];
  /** It fails without any cut; `untried` if nothing could be tried, because each try would never end. */
  readonly uncut: Uncut | 'untried';
}

export interface StoryLife {
  readonly role: 'run' | 'recovery';
  /** The crash point, of how many ops. */
  readonly at: number;
  readonly length: number;
  /** The power goes before what is promised right after op `at`. */
  readonly early: boolean;
  /** The process was killed there, and the machine went on: nothing is lost yet. */
  readonly killed: boolean;
  /** All ops up to the cut, and the few that would have come. */
  readonly ops: readonly StoryOp[];
  readonly pending: readonly StoryEffect[];
  readonly acknowledged: readonly Mark<string>[];
  /** What files held before they were cut short in this life: see `heldBefore`. */
  readonly before: ReadonlyMap<string, TreeEntry | null>;
  readonly seen: Tree;
  readonly crash: Tree;
}

export interface StoryOp {
  readonly index: number;
  readonly kind: string;
  readonly path: string;
  readonly text: string;
  readonly sync: boolean;
  /** How it failed, if it did. */
  readonly fault?: FaultKind;
  /** Where the program makes it: the call first, then what called it. Absent where that is not known. */
  readonly places?: readonly Place[];
  readonly phase: string | undefined;
  /** What became of it; undefined where it was not cut, or not reached, and for what has no effects. */
  readonly fate: OpFate | undefined;
  readonly effects: readonly (Omit<EffectFate, 'effect'> & {
    readonly part: number;
    readonly text: string;
  })[];
}

/** Named as in tokens. */
export interface StoryEffect extends EffectName {
  readonly text: string;
  readonly fate: 'kept' | 'lost';
}

export type Tree = ReadonlyMap<string, TreeEntry>;

/** Ops after the cut that a story shows, greyed out: what the program was about to do. */
const AFTER = 3;

/** @param expired when there is no time left for what makes a story better and is not needed for it */
export async function tellStory(
  player: Player,
  replay: Replay,
  expired: () => boolean = () => false,
): Promise<Story> {
  const cause = await tellCause(player, replay);
  const places = await placesIn(player, replay, AFTER, [cause.culprit?.op, cause.rescue?.after]);
  return {
    token: player.token(replay),
    scenario: player.scenario.name,
    model: player.model.name,
    verdict: replay.verdict,
    lives: replay.lives.map((lived, i) =>
      tellLife(lived, i === 0 ? 'run' : 'recovery', fatesIn(replay, i), places[i]!),
    ),
    recovery: {
      ops: tellOps(
        replay.recovery,
        replay.recovery.ops.length,
        replay.recovery.image,
        new Map(),
        places.at(-1)!,
      ),
      ending: endingOf(replay.recovery),
      tree: listTree(replay.recovery.image),
    },
    cause: withPlaces(cause, places),
    neighbours:
      replay.verdict.outcome === 'converged' || mayNotTry()
        ? []
        : await neighboursOf(player, replay, expired),
  };
}

/** Says of the op that matters, and of the one next to which a sync would help, where they are made. */
function withPlaces(cause: StoryCause, places: readonly Places[]): StoryCause {
  const { culprit, rescue } = cause;
  const placed = (life: number, op: number): { readonly places?: readonly Place[] } => {
    const made = places[life]?.get(op) ?? [];
    return made.length > 0 ? { places: made } : {};
  };
  return {
    ...cause,
    culprit: culprit && { ...culprit, ...placed(culprit.life, culprit.op) },
    rescue: rescue && { ...rescue, ...placed(rescue.life, rescue.after) },
  };
}

/** What became of the effects of a life when its machine was cut; where that never was, when the story ends. */
function fatesIn({ lives }: Replay, life: number): Fates {
  const cut = lives.findIndex((each, i) => i >= life && !each.cut.kill);
  const last = cut < 0 ? lives.length - 1 : cut;
  return fatesOf(lives[last]!)[lives[last]!.uptime.killed.length - (last - life)]!;
}

function tellLife(lived: CutLife, role: StoryLife['role'], fates: Fates, places: Places): StoryLife {
  const { life, cut, pending, kept, seen, crash, uptime } = lived;
  return {
    role,
    at: cut.at,
    length: life.ops.length,
    early: cut.early ?? false,
    killed: cut.kill ?? false,
    ops: tellOps(life, cut.at + AFTER, seen, fates, places),
    pending: pending.map((effect) => ({
      ...nameOf(effect, uptime.killed.length),
      text: describeEffect(effect, seen),
      fate: kept.has(effect) ? 'kept' : 'lost',
    })),
    acknowledged: life.acknowledged.filter((mark) => mark.after <= (cut.early ? cut.at - 1 : cut.at)),
    before: heldBefore(lived),
    seen: listTree(seen),
    crash: listTree(crash),
  };
}

function tellOps(
  life: LifeRecord,
  to: number,
  seen: Image,
  fates: Fates,
  places: Places,
): readonly StoryOp[] {
  const early = earlyCalls(life);
  return life.ops.slice(0, to).map((op) => {
    const own = fates.get(op.index) ?? [];
    const made = places.get(op.index) ?? [];
    return {
      index: op.index,
      kind: op.kind,
      path: op.path,
      text: [describeOp(op), ...(early.get(op.index) ?? [])].join('  '),
      sync: isSync(op) && !hasFailed(op),
      ...(op.fault ? { fault: op.fault } : {}),
      ...(made.length > 0 ? { places: made } : {}),
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
  const untried = mayNotTry();
  if (untried || replay.verdict.outcome === 'converged') {
    return {
      op: undefined,
      sync: undefined,
      culprit: undefined,
      rescue: undefined,
      remedy: undefined,
      failed: [],
      early: [],
      unawaited: [],
      uncut: untried ? 'untried' : undefined,
    };
  }
  const { op, life, sync, syncIn, failedSync } = await causeOf(player, replay);
  const place = (where: number): string => (where === 0 ? '' : ` of recovery ${where}`);
  const after = sync?.after === 0 ? `at the beginning` : `right after op ${sync?.after}`;
  return {
    op: op && `op ${op.index}${place(life)}, ${describeOp(op)}`,
    sync: sync && `fsync ${sync.path} ${after}${place(syncIn)}`,
    culprit: op && { life, op: op.index, kind: op.kind, path: op.path },
    rescue: sync && { life: syncIn, after: sync.after, path: sync.path },
    remedy: failedSync && remedyText(failedSync, place(failedSync.life)),
    failed: failedCalls(replay).map(
      ([where, failed]) => `op ${failed.index}${place(where)}, ${describeOp(failed)}`,
    ),
    early: earlyIn(replay),
    unawaited: unawaitedIn(replay),
    uncut: await uncutOf(player, replay),
  };
}

/** The calls that failed in a story, each with its life. */
function failedCalls({ lives, recovery }: Replay): readonly (readonly [number, Op])[] {
  const reached = [...lives.map(({ life, cut }) => life.ops.slice(0, cut.at)), recovery.ops];
  return reached.flatMap((ops, life) =>
    ops.filter((op) => op.fault !== undefined).map((op) => [life, op] as const),
  );
}

function remedyText({ op }: FailedSync, place: string): string {
  const what = op.reverts
    ? 'the file is what it was before the data was written'
    : 'the data counts as clean from then on, and no later sync writes it';
  return `${op.kind} ${op.path}, op ${op.index}${place}, failed, and calling it again does not help: ${what}; it must be written again, to a new file, or not be promised`;
}

function endingOf(life: LifeRecord): string {
  switch (life.ending.type) {
    case 'ended':
      return `ended after ${ops(life)}`;
    case 'threw':
      return `failed after ${ops(life)}: ${describeError(life.ending.error)}`;
    case 'never ended':
      return `never ended, because ${life.ending.why}`;
  }
}

function ops({ ops: { length } }: LifeRecord): string {
  return length === 1 ? '1 op' : `${length} ops`;
}
