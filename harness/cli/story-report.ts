import type { Story, StoryLife, StoryOp, Tree } from '../explore/story.ts';
import type { StoryLifeReport, StoryReport, TreeRow } from '../../reports/schema.ts';
import { nodeText } from './node-text.ts';

/** How much of a story a report holds. */
export interface Window {
  /** Ops before each cut. */
  readonly before: number;
  /** Rows of each tree. */
  readonly rows: number;
}

export const WINDOW: Window = { before: 30, rows: 200 };

/** A story as plain data, cut to a window; trees become tables of cells. */
export function storyReport(story: Story, window: Window = WINDOW): StoryReport {
  const last = story.lives.length - 1;
  return {
    token: story.token,
    scenario: story.scenario,
    model: story.model,
    outcome: story.verdict.outcome,
    findings: story.verdict.findings.map(({ invariant, message }) => ({ invariant, message })),
    lives: story.lives.map((life, i) =>
      lifeReport(life, i === last ? story.recovery.tree : undefined, window),
    ),
    recovery: {
      ops: story.recovery.ops.slice(0, window.before).map(opReport),
      length: story.recovery.ops.length,
      ending: story.recovery.ending,
    },
    culprit: story.cause.op ?? null,
    rescue: story.cause.sync ?? null,
  };
}

function lifeReport(life: StoryLife, after: Tree | undefined, window: Window): StoryLifeReport {
  const rows = treeRows(life.seen, life.crash, after);
  return {
    role: life.role,
    at: life.at,
    length: life.length,
    ops: life.ops.filter((op) => op.index > life.at - window.before).map(opReport),
    pending: life.pending.map((effect) => ({ ...effect })),
    acknowledged: life.acknowledged.map((mark) => ({ what: mark.value, after: mark.after })),
    tree: rows.slice(0, window.rows),
    treeLeftOut: Math.max(0, rows.length - window.rows),
  };
}

function opReport({ index, text, sync, phase }: StoryOp): StoryLifeReport['ops'][number] {
  return phase === undefined ? { index, text, sync } : { index, text, sync, phase };
}

/** Rows that differ come first, so that a cut table still shows what matters; both parts are sorted by path. */
export function treeRows(seen: Tree, crash: Tree, after: Tree | undefined): TreeRow[] {
  const paths = [...new Set([...seen.keys(), ...crash.keys(), ...(after?.keys() ?? [])])].sort();
  const rows = paths.map((path) => {
    const row = { path, saw: cell(seen, path), disk: cell(crash, path) };
    return after === undefined ? row : { ...row, after: cell(after, path) };
  });
  return [...rows.filter(differs), ...rows.filter((row) => !differs(row))];
}

export function differs(row: TreeRow): boolean {
  return row.saw !== row.disk || (row.after !== undefined && row.after !== row.disk);
}

function cell(tree: Tree, path: string): string | null {
  const entry = tree.get(path);
  return entry === undefined ? null : nodeText(entry);
}
