import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyReader, type Key } from './keys.ts';

const SENT: readonly (readonly [string, Key])[] = [
  ['\u001b[C', 'next'],
  ['\u001b[D', 'previous'],
  ['\u001b[A', 'previous life'],
  ['\u001b[B', 'next life'],
  ['\u001bOC', 'next'],
  ['\u001b[H', 'first'],
  ['\u001b[F', 'last'],
  ['\u001b[4~', 'last'],
  ['q', 'quit'],
  ['\u0003', 'quit'],
  ['\u0004', 'quit'],
  ['l', 'next'],
  ['h', 'previous'],
];

/** What a terminal may send besides: keys that mean nothing here. */
const OTHERS = ['x', '\u001b[15~', '\u001b[1;5C', '\u001bOP', 'ä', '\r', '\t'];

describe('keys', () => {
  it('are read from what a terminal sends, in whatever pieces it comes, and others are passed over', () => {
    const one = fc.oneof(
      fc.constantFrom(...SENT).map(([text, key]) => ({ text, keys: [key] })),
      fc.constantFrom(...OTHERS).map((text) => ({ text, keys: [] as Key[] })),
    );
    fc.assert(
      fc.property(fc.array(one, { maxLength: 12 }), fc.array(fc.nat(60), { maxLength: 8 }), (sent, cuts) => {
        const text = sent.map((each) => each.text).join('');
        const at = [...new Set([0, ...cuts, text.length])]
          .filter((each) => each <= text.length)
          .sort((a, b) => a - b);
        const reader = new KeyReader();
        const read = at.slice(1).flatMap((end, i) => reader.read(text.slice(at[i], end)));
        expect(read).toEqual(sent.flatMap((each) => each.keys));
      }),
    );
  });
});
