/** What a key means to who steps through a story. */
export type Key = 'next' | 'previous' | 'next life' | 'previous life' | 'first' | 'last' | 'quit';

const KEYS: Readonly<Record<string, Key>> = {
  '\u001b[C': 'next',
  '\u001bOC': 'next',
  l: 'next',
  ' ': 'next',
  '\u001b[D': 'previous',
  '\u001bOD': 'previous',
  h: 'previous',
  '\u001b[B': 'next life',
  '\u001bOB': 'next life',
  j: 'next life',
  '\u001b[A': 'previous life',
  '\u001bOA': 'previous life',
  k: 'previous life',
  '\u001b[H': 'first',
  '\u001b[1~': 'first',
  '\u001b[F': 'last',
  '\u001b[4~': 'last',
  q: 'quit',
  // Ctrl-C and Ctrl-D: a terminal that hands over keys as they come has no other way out.
  '\u0003': 'quit',
  '\u0004': 'quit',
};

const ESCAPE = '\u001b';

/** One key: a sequence of the terminal, or a character. */
const ONE = new RegExp(`${ESCAPE}\\[[0-9;]*[A-Za-z~]|${ESCAPE}O[A-Za-z]|[^]`, 'gu');

/** The beginning of a sequence whose rest has not come yet. */
const OPEN = new RegExp(`${ESCAPE}(?:\\[[0-9;]*|O)?$`, 'u');

/** Reads keys from what a terminal sends, in whatever pieces it comes. What is no key of ours is passed over. */
export class KeyReader {
  #rest = '';

  read(text: string): readonly Key[] {
    const all = this.#rest + text;
    this.#rest = OPEN.exec(all)?.[0] ?? '';
    const whole = all.slice(0, all.length - this.#rest.length);
    return [...whole.matchAll(ONE)].flatMap(([key]) => KEYS[key] ?? []);
  }
}
