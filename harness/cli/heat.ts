import type { Exploration, StateNode } from '../explore/exploration.ts';
import { OUTCOMES, type Outcome } from '../explore/outcome.ts';
import { GLYPHS, NOT_LOOKED_AT } from '../../reports/heat-map.ts';

/**
 * One glyph for each crash point of the main life, 0 included: the worst outcome of all the stories that begin with a
 * cut there, as far as they are known. A state that was reached from several others counts for the one that it was
 * first reached from.
 */
export function heatOf(exploration: Exploration): string {
  const { nodes, spans, counts } = exploration;
  const worst = worstByRoot(nodes);
  const cells = Array.from({ length: counts.mainOps + 1 }, () => -1);
  for (const { state, from, to } of spans) {
    const outcome = worst.get(state);
    if (outcome === undefined) continue;
    for (let at = from; at <= to; at++) cells[at] = Math.max(cells[at]!, outcome);
  }
  return cells.map((cell) => (cell < 0 ? NOT_LOOKED_AT : GLYPHS[OUTCOMES[cell]!])).join('');
}

/** For each state that a cut of the main life leaves: the worst outcome below it, as an index of OUTCOMES. */
function worstByRoot(nodes: readonly StateNode[]): ReadonlyMap<number, number> {
  const roots: number[] = [];
  const worst = new Map<number, number>();
  for (const node of nodes) {
    const root = node.parent ? roots[node.parent.number]! : node.number;
    roots[node.number] = root;
    const outcome: Outcome = node.verdict?.outcome ?? 'unknown';
    worst.set(root, Math.max(worst.get(root) ?? 0, OUTCOMES.indexOf(outcome)));
  }
  return worst;
}
