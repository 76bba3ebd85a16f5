import type { Story, StoryLife, StoryOp, Tree } from '../../explore/story.ts';
import type { Place } from '../../programs/call-site.ts';
import type { StoryLifeReport, StoryOpReport, StoryReport, TreeRow } from '../../../reports/schema/story.ts';
import { contentsOf } from './contents.ts';
import { differs } from '../../../reports/tree-row.ts';
import { firstDifference, nodeReport } from './node-text.ts';

/** How much of a story a report holds. */
export interface Window {
  /** Ops before each cut. */
  readonly before: number;
  /** Rows of each tree. */
  readonly rows: number;
}

export const WINDOW: Window = { before: 30, rows: 200 };

/** A story as plain data, cut to a window; trees become tables. */
export function storyReport(story: Story, window: Window = WINDOW): StoryReport {
  const last = story.lives.length - 1;
  const { culprit, rescue, op, sync, remedy, failed, early, unawaited, uncut } = story.cause;
  return {
    token: story.token,
    scenario: story.scenario,
    model: story.model,
    outcome: story.verdict.outcome,
    findings: story.verdict.findings.map(({ invariant, message, difference, advice, stack }) => ({
      invariant,
      message,
      ...(difference === undefined ? {} : { difference }),
      ...(advice === undefined ? {} : { advice }),
      ...(stack === undefined ? {} : { stack }),
    })),
    lives: story.lives.map((life, i) =>
      lifeReport(life, i === last ? story.recovery.tree : undefined, window),
    ),
    recovery: {
      ops: story.recovery.ops.slice(0, window.before).map(opReport),
      length: story.recovery.ops.length,
      ending: story.recovery.ending,
    },
    contents: contentsOf(story),
    culprit: culprit && op !== undefined ? { ...placed(culprit), text: op } : null,
    rescue: rescue && sync !== undefined ? { ...placed(rescue), text: sync } : null,
    ...(remedy ? { remedy } : {}),
    ...(failed.length > 0 ? { failed: [...failed] } : {}),
    ...(early.length > 0 ? { early: [...early] } : {}),
    ...(unawaited.length > 0 ? { unawaited: [...unawaited] } : {}),
    ...(uncut ? { uncut } : {}),
    neighbours: story.neighbours.map((each) => ({ ...each, token: each.token ?? null })),
  };
}

function lifeReport(life: StoryLife, after: Tree | undefined, window: Window): StoryLifeReport {
  const rows = treeRows(life, after);
  return {
    role: life.role,
    at: life.at,
    length: life.length,
    early: life.early,
    ...(life.killed ? { killed: true } : {}),
    ops: life.ops.filter((op) => op.index > life.at - window.before).map(opReport),
    pending: life.pending.map((effect) => ({ ...effect })),
    acknowledged: life.acknowledged.map((mark) => ({ what: mark.value, after: mark.after })),
    tree: rows.slice(0, window.rows),
    treeLeftOut: Math.max(0, rows.length - window.rows),
  };
}

/** Places on the way to an op that a report holds. */
const PLACES_MAX = 8;

/** The same with its places cut to what a report holds. */
function placed<T extends { readonly places?: readonly Place[] }>({
  places,
  ...rest
}: T): Omit<T, 'places'> & { places?: Place[] } {
  return places ? { ...rest, places: places.slice(0, PLACES_MAX) } : rest;
}

function opReport({ phase, fate, effects, ...op }: StoryOp): StoryOpReport {
  return {
    ...placed(op),
    ...(phase === undefined ? {} : { phase }),
    ...fate,
    ...(effects.length === 0 ? {} : { effects: [...effects] }),
  };
}

/** Rows that differ come first, so that a cut table still shows what matters; both parts are sorted by path. */
export function treeRows(
  { before, seen, crash }: Pick<StoryLife, 'before' | 'seen' | 'crash'>,
  after: Tree | undefined,
): TreeRow[] {
  const paths = [...new Set([...seen.keys(), ...crash.keys(), ...(after?.keys() ?? [])])].sort();
  const rows = paths.map((path) => {
    const old = before.get(path);
    const all = [old, seen.get(path), crash.get(path), after?.get(path)];
    // Files that begin alike would look alike.
    const from = firstDifference(all.flatMap((each) => (each?.type === 'file' ? [each.content] : [])));
    const row = {
      path,
      ...(old === undefined ? {} : { before: old && nodeReport(old, from) }),
      saw: cell(seen, path, from),
      disk: cell(crash, path, from),
    };
    return after === undefined ? row : { ...row, after: cell(after, path, from) };
  });
  return [...rows.filter(differs), ...rows.filter((row) => !differs(row))];
}

function cell(tree: Tree, path: string, from: number): TreeRow['saw'] {
  const entry = tree.get(path);
  return entry === undefined ? null : nodeReport(entry, from);
}
