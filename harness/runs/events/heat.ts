import type { Canonical, CanonicalState } from '../../explore/canonical.ts';
import { OUTCOMES } from '../../explore/outcome.ts';
import { spansOf } from '../../explore/spans.ts';
import { ANOTHER_SHARDS, GLYPHS, NOT_LOOKED_AT } from '../../../reports/glyphs.ts';

/**
 * One glyph for each crash point of the main life, 0 included: the worst outcome of all the stories that begin with a
 * cut there, as far as they are known. A state that was reached from several others counts for the one that it was
 * first reached from.
 */
export function heatOf(graph: Canonical, mainOps: number): string {
  const worst = worstByRoot(graph.states);
  const cells = Array.from({ length: mainOps + 1 }, () => NOTHING);
  for (const { state, from, to } of spansOf(graph)) {
    const outcome = worst[state]!;
    for (let at = from; at <= to; at++) cells[at] = Math.max(cells[at]!, outcome);
  }
  return cells.map((cell) => glyphOf(cell)).join('');
}

/** Better than every outcome: nothing is known, or it is another shard's to know. */
const NOTHING = -2;
const FOREIGN = -1;

function glyphOf(cell: number): string {
  if (cell === NOTHING) return NOT_LOOKED_AT;
  return cell === FOREIGN ? ANOTHER_SHARDS : GLYPHS[OUTCOMES[cell]!];
}

/** For each state that a cut of the main life leaves: the worst outcome below it, as an index of OUTCOMES. */
function worstByRoot(states: readonly CanonicalState[]): readonly number[] {
  const roots: number[] = [];
  const worst = states.map(() => FOREIGN);
  for (const [number, state] of states.entries()) {
    const root = state.parent < 0 ? number : roots[state.parent]!;
    roots.push(root);
    if (state.foreign) continue;
    const outcome = state.verdict?.outcome ?? 'unknown';
    worst[root] = Math.max(worst[root]!, OUTCOMES.indexOf(outcome));
  }
  return worst;
}
