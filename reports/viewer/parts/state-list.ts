import { GLYPHS } from '../../glyphs.ts';
import type { StateGraphModel } from '../../state-graph.ts';
import { count } from '../../text.ts';
import { h } from '../dom.ts';
import { OUTCOMES, OUTCOME_WORDS, outcomeOf } from '../outcomes.ts';
import { shown } from '../shown.ts';

/** Rows before somebody asks for more: a list of 100,000 would take seconds. */
const ROWS = 60;

/** States as links, the worst first, in slices; those with nothing to tell side by side. */
export function stateList(
  graph: StateGraphModel,
  states: readonly number[],
  href: (state: number) => string,
): HTMLElement {
  const sorted = [...states].sort(
    (left, right) => badness(graph, right) - badness(graph, left) || left - right,
  );
  const list = h('ul', { class: 'states' });
  const more = h('button', { type: 'button' });
  const show = (): void => {
    const from = list.children.length;
    list.append(...sorted.slice(from, from + ROWS).map((state) => stateRow(graph, state, href(state))));
    const left = sorted.length - list.children.length;
    more.hidden = left === 0;
    more.textContent = `Show ${Math.min(left, ROWS)} of ${count(left, 'more state')}`;
  };
  more.addEventListener('click', show);
  show();
  return h('div', {}, h('p', { class: 'note' }, tally(graph, states)), list, more);
}

function badness(graph: StateGraphModel, state: number): number {
  const outcome = outcomeOf(graph.outcomes[state]);
  return outcome === undefined ? -1 : OUTCOMES.indexOf(outcome);
}

/** `3 corrupt, 40 come back`. */
export function tally(graph: StateGraphModel, states: Iterable<number>): string {
  const counts = new Map<string, number>();
  for (const state of states) {
    const glyph = graph.outcomes[state] ?? ' ';
    counts.set(glyph, (counts.get(glyph) ?? 0) + 1);
  }
  const parts = [...counts].sort(([, left], [, right]) => right - left);
  return parts.map(([glyph, number]) => manyOf(glyph, number)).join(', ');
}

/** `1 comes back`, `40 come back`. */
export function manyOf(glyph: string, number: number): string {
  const outcome = outcomeOf(glyph);
  const words = outcome === undefined || number === 1 ? outcomeLabel(glyph) : OUTCOME_WORDS[outcome].many;
  return `${number.toLocaleString('en-US')} ${words}`;
}

export function outcomeLabel(glyph: string | undefined): string {
  const outcome = outcomeOf(glyph);
  if (outcome !== undefined) return OUTCOME_WORDS[outcome].label;
  return glyph === '-' ? 'in another shard' : 'not recovered';
}

export function outcomeBadge(glyph: string | undefined): HTMLElement {
  const outcome = outcomeOf(glyph);
  return h(
    'span',
    { class: `badge ${outcome ?? 'unlooked'}`, role: 'img', 'aria-label': outcomeLabel(glyph) },
    outcome ? GLYPHS[outcome] : '–',
  );
}

function stateRow(graph: StateGraphModel, state: number, href: string): HTMLElement {
  const finding = graph.findings.get(state)?.[0];
  return h(
    'li',
    { class: finding ? 'told' : undefined },
    h('a', { href }, outcomeBadge(graph.outcomes[state]), ` state ${state}`),
    finding && [' ', shown(finding.message)],
  );
}
