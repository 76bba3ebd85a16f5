import type { RunHead } from '../../html-data.ts';
import { h, type Child } from '../dom.ts';
import { headline, verdictOfAll } from '../sentences.ts';
import { shown } from '../shown.ts';

const WORDS = { converged: 'PASS', counterexample: 'FAIL', unknown: 'UNKNOWN' } as const;

/** The first thing that the eye meets: pass or fail, and of what. */
export function verdictHeader(runs: readonly RunHead[], ...below: readonly Child[]): HTMLElement {
  const verdict = verdictOfAll(runs);
  return h(
    'div',
    { class: `verdict ${verdict}` },
    h('span', { class: 'stamp' }, WORDS[verdict]),
    h('div', { class: 'verdict-text' }, h('h1', {}, shown(headline(runs))), below),
  );
}

const GLYPHS = { converged: '✓', counterexample: '✗', unknown: '?' } as const;
const TITLES = { converged: 'passes', counterexample: 'fails', unknown: 'not known' } as const;

/** A small mark for one run: glyph and colour, with the word for those who see neither. */
export function verdictMark(verdict: RunHead['verdict']): HTMLElement {
  return h('span', { class: `tick ${verdict}`, role: 'img', 'aria-label': TITLES[verdict] }, GLYPHS[verdict]);
}
