import { UNSAFE, escapeChar } from '../text.ts';
import { h, type Child } from './dom.ts';

/** Longer texts are shown in two halves, with the middle on demand. In characters. */
const LENGTH_MAX = 500;
const HALF = 200;

/**
 * A text that may hold anything, shown as what it is: control and format characters as marked escapes, in a box of its
 * own so that letters of other directions don't turn what stands around it, and short until somebody asks for all of it.
 */
export function shown(text: string, lengthMax: number = LENGTH_MAX): HTMLElement {
  if (text.length <= lengthMax) return h('bdi', { class: 'shown' }, marked(text));
  const box = h('bdi', { class: 'shown' });
  const all = (event: Event): void => {
    event.preventDefault();
    event.stopPropagation();
    box.replaceChildren(...marked(text));
  };
  const left = text.length - 2 * HALF;
  const button = h('button', { type: 'button', class: 'more', onclick: all }, `… ${left} more characters …`);
  box.append(...marked(text.slice(0, HALF)), button, ...marked(text.slice(-HALF)));
  return box;
}

/** The text with each unsafe character as an escape in an element of its own, so that `\n` and a newline differ. */
function marked(text: string): (Node | string)[] {
  const parts: (Node | string)[] = [];
  let from = 0;
  for (const match of text.matchAll(UNSAFE)) {
    if (match.index > from) parts.push(text.slice(from, match.index));
    parts.push(h('span', { class: 'escaped' }, escapeChar(match[0])));
    from = match.index + match[0].length;
  }
  parts.push(text.slice(from));
  return parts;
}

/** A sentence with texts of any kind in it: what is not a string of ours goes through `shown`. */
export function code(text: string): Child {
  return h('code', {}, shown(text));
}
