import type { StoryLifeReport, StoryOpReport, StoryReport } from '../../schema/story.ts';
import { clip, count, escapeText } from '../../text.ts';

/**
 * Where everything stands in the picture of a story: lives from left to right, one line for each disk. In pixels. Knows
 * no page, so that it can be looked at without one.
 */
export interface StoryLayout {
  readonly width: number;
  readonly height: number;
  /** The lines, from the disk at `/` down. */
  readonly lanes: readonly { readonly name: string; readonly y: number }[];
  readonly lives: readonly LifeLayout[];
  readonly end: { readonly x: number; readonly width: number };
}

export interface LifeLayout {
  readonly title: string;
  readonly from: number;
  readonly to: number;
  /** Ops that are not shown: how many, before or after those that are. */
  readonly gaps: readonly { readonly x: number; readonly text: string }[];
  readonly ops: readonly OpLayout[];
  /** Without a word where the next one leaves no room for it. */
  readonly promises: readonly { readonly x: number; readonly text: string; readonly worded: boolean }[];
  /** A sync that the program does not do, and that would have helped. */
  readonly rescue: { readonly x: number; readonly text: string } | undefined;
  /** How it ends; undefined for the last life, which nobody cuts. */
  readonly death:
    | { readonly x: number; readonly kind: 'cut' | 'kill'; readonly text: string; readonly note: string }
    | undefined;
}

/** How an op is drawn: what became of it, or what it is. */
export type Look = 'sync' | 'failed' | 'durable' | 'kept' | 'lost' | 'torn' | 'moot' | 'plain' | 'unreached';

export interface OpLayout {
  readonly op: StoryOpReport;
  readonly x: number;
  readonly y: number;
  readonly look: Look;
  readonly culprit: boolean;
  /** What it is called in the picture, where there is room for it. */
  readonly label: string | undefined;
  /** The syncs that made it durable, or a part of it. */
  readonly durableAt: readonly { readonly x: number; readonly y: number }[];
}

export const TITLE_Y = 14;
export const PROMISE_Y = 36;
const FIRST_LANE = 112;
const LANE = 62;
const LEFT = 8;
/** Ops are as far apart as there is room in a wide page, within limits. */
const ROOM = 1060;
const STEP_MIN = 22;
const STEP_MAX = 66;
/** From here on there is room for a word under an op. */
const LABELLED = 52;
const GAP = 46;
const BETWEEN = 34;
const END = 216;
/** Ops of the last recovery that are shown, and ops that a cut kept from happening. */
const LAST_MAX = 14;
const UNREACHED_MAX = 2;

/** @param room the width that there is; a long story takes more */
export function layOutStory(story: StoryReport, room: number = ROOM): StoryLayout {
  const disks = disksIn(story.model);
  const lanes = disks.map((name, i) => ({ name, y: FIRST_LANE + i * LANE }));
  const laneOf = (path: string): number =>
    lanes[disks.findLastIndex((disk) => isOn(path, disk))]?.y ?? FIRST_LANE;
  const drawn = [...story.lives.map((life) => shownOf(life)), story.recovery.ops.slice(0, LAST_MAX)];
  const around = LEFT * 2 + END + (disks.length > 1 ? GAP : 0) + drawn.length * (BETWEEN + GAP);
  const ops = drawn.reduce((sum, each) => sum + Math.max(1, each.length) + 0.25, 0);
  const step = Math.min(STEP_MAX, Math.max(STEP_MIN, Math.floor((room - around) / ops)));
  let x = LEFT + (disks.length > 1 ? GAP : 0);
  const lives = drawn.map((ops, i): LifeLayout => {
    const life = story.lives[i];
    const place = new Along(x, step, ops, life ? (ops[0]?.index ?? life.at + 1) : 1);
    const total = life?.length ?? story.recovery.length;
    const left = total - (ops.at(-1)?.index ?? total);
    const to = Math.max(x + titleWidth(i, story), place.end + (left > 0 && !life ? GAP : 0));
    const laid: LifeLayout = {
      title: titleOf(i, story),
      from: x,
      to,
      gaps: [
        ...place.gapBefore,
        ...(left > 0 && !life ? [{ x: place.end + GAP / 2, text: `+${left}` }] : []),
      ],
      ops: ops.map((op) => ({
        op,
        x: place.of(op.index),
        y: laneOf(op.path),
        look: lookOf(op, life),
        culprit: story.culprit?.life === i && story.culprit.op === op.index,
        label: step >= LABELLED ? op.kind : undefined,
        durableAt: syncsOf(op, ops).map((sync) => ({ x: place.of(sync.index), y: laneOf(sync.path) })),
      })),
      promises: promisesOf(life, (after) => place.after(after) - step / 4),
      rescue:
        story.rescue?.life === i
          ? { x: place.after(story.rescue.after), text: escapeText(story.rescue.text) }
          : undefined,
      death: life && {
        x: place.after(life.at) + (story.rescue?.life === i && story.rescue.after === life.at ? step / 4 : 0),
        kind: life.killed ? 'kill' : 'cut',
        text: `${life.killed ? 'killed' : 'cut'} after op ${life.at}`,
        note: noteOf(life),
      },
    };
    x = to + BETWEEN;
    return laid;
  });
  const height = (lanes.at(-1)?.y ?? FIRST_LANE) + 74;
  return { width: x + END + LEFT, height, lanes, lives, end: { x, width: END } };
}

/** Where things stand along one life. */
class Along {
  readonly #start: number;
  readonly #step: number;
  readonly #first: number;
  readonly end: number;
  readonly gapBefore: readonly { readonly x: number; readonly text: string }[];

  constructor(from: number, step: number, ops: readonly StoryOpReport[], first: number) {
    this.#start = from + (first > 1 ? GAP : 0);
    this.#step = step;
    this.#first = first;
    this.gapBefore = first > 1 ? [{ x: from + GAP / 2, text: `${first - 1} ops` }] : [];
    this.end = this.#start + Math.max(1, ops.length) * step + step / 4;
  }

  of(op: number): number {
    return this.#start + (op - this.#first + 0.5) * this.#step;
  }

  /** Right after an op; what comes after one that is not shown stands at the beginning. */
  after(op: number): number {
    return Math.max(this.#start, this.#start + (op - this.#first + 1) * this.#step);
  }
}

function shownOf({ ops, at }: StoryLifeReport): readonly StoryOpReport[] {
  return ops.filter(({ index }) => index <= at + UNREACHED_MAX);
}

function titleOf(life: number, { lives }: StoryReport): string {
  if (life === 0) return lives.length === 0 ? 'the run, uncut' : 'the run';
  return life === lives.length ? 'last recovery' : `recovery ${life}`;
}

function titleWidth(life: number, story: StoryReport): number {
  return 14 + 7 * titleOf(life, story).length;
}

/** The disks of a model's name: `/`, and where others are mounted. */
export function disksIn(model: string): readonly string[] {
  const [, ...mounts] = model.split('@');
  return ['/', ...mounts.map((mount) => mount.slice(0, mount.indexOf('=')))];
}

function isOn(path: string, disk: string): boolean {
  return disk === '/' || path === disk || path.startsWith(`${disk}/`);
}

function lookOf({ index, sync, fault, fate }: StoryOpReport, life: StoryLifeReport | undefined): Look {
  if (life && index > life.at) return 'unreached';
  if (fault !== undefined && fault !== 'short') return 'failed';
  return sync ? 'sync' : (fate ?? 'plain');
}

/** The ops, syncs as a rule, since which effects of this one are durable. */
function syncsOf(
  { index, effects = [], since }: StoryOpReport,
  ops: readonly StoryOpReport[],
): readonly StoryOpReport[] {
  const found = new Set([since, ...effects.map((effect) => effect.since)]);
  return ops.filter((op) => op.index > index && op.sync && found.has(op.index));
}

function noteOf({ pending, killed }: StoryLifeReport): string {
  if (pending.length === 0) return 'nothing was pending';
  if (killed) return `${count(pending.length, 'effect')} still pending`;
  const kept = pending.filter(({ fate }) => fate === 'kept').length;
  const parts = [kept > 0 && `${kept} survived`, kept < pending.length && `${pending.length - kept} lost`];
  return parts.filter(Boolean).join(', ');
}

const WORDED = 112;

function promisesOf(
  life: StoryLifeReport | undefined,
  at: (after: number) => number,
): LifeLayout['promises'] {
  const all = (life?.acknowledged ?? []).map(({ what, after }) => ({ x: at(after), text: escapeText(what) }));
  return all.map((each, i) => ({ ...each, worded: (all[i + 1]?.x ?? Infinity) - each.x >= WORDED }));
}

/** The path that a reader should look at, and what it is in the end; undefined if all is as the program saw it. */
export function whatCameBack(
  story: StoryReport,
): { readonly path: string; readonly text: string } | undefined {
  const rows = (story.lives.at(-1)?.tree ?? []).filter(
    ({ saw, after }) => after !== undefined && saw?.text !== after?.text,
  );
  const row =
    rows.find(({ path }) => path === story.culprit?.path) ??
    // What is there with another content says more than what is gone: that may have been moved, or deleted.
    rows.find(({ saw, after }) => saw?.type === 'file' && after?.type === 'file') ??
    rows.find(({ saw, after }) => saw !== null && after === null);
  if (!row) return undefined;
  const path = escapeText(row.path);
  return {
    // Its end tells more than its beginning.
    path: path.length > SHOWN_MAX ? `…${path.slice(1 - SHOWN_MAX)}` : path,
    text: clip(escapeText(row.after?.text ?? 'not there'), SHOWN_MAX),
  };
}

/** Characters that fit into the last box. */
const SHOWN_MAX = 28;
