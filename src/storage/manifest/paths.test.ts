import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_ATTRIBUTES } from './attributes.ts';
import { displayBytes, fromBytes, fromText, isByteString, toBytes } from './byte-string.ts';
import { compareEntries, entryOf, kindOf } from './entry.ts';
import { comparePaths } from './path-order.ts';
import { LETTERS, anyPath } from './testing/entries.ts';

/** The rule in other words: signed bytes, with the slash and then the end of the path below all of them. */
function naive(a: string, b: string): number {
  const ranks = (path: string) => [...Buffer.from(path, 'latin1'), -1].map(naiveRank);
  const right = ranks(b);
  for (const [at, rank] of ranks(a).entries()) if (rank !== right[at]) return rank - right[at]!;
  return 0;
}

function naiveRank(byte: number): number {
  if (byte === -1) return -1000;
  return byte === 0x2f ? -500 : new Int8Array([byte])[0]!;
}

describe('the order of paths', () => {
  it('is what was seen on the wire', () => {
    const seen = [
      '\xff z',
      'A',
      'x',
      'x/f',
      'x\xc3\xa9',
      'x\x01ctl',
      'x\nnl',
      'x b',
      'x!',
      'x-y',
      'x.d',
      'xZ',
      'xa',
      '~t',
    ];
    expect([...seen].reverse().sort(comparePaths)).toEqual(seen);
    // The order of JavaScript is another one, so the check can fail.
    expect([...seen].sort()).not.toEqual(seen);
  });

  it('agrees with a naive comparison of signed bytes', () => {
    fc.assert(
      fc.property(anyPath, anyPath, fc.boolean(), (a, tail, joined) => {
        const b = joined ? a.slice(0, -1) + tail : tail;
        expect(Math.sign(comparePaths(a, b))).toBe(Math.sign(naive(a, b)));
        expect(Math.sign(comparePaths(b, a))).toBe(-Math.sign(naive(a, b)) + 0);
      }),
      { numRuns: 3000 },
    );
  });

  it('puts what is in a directory directly after it', () => {
    fc.assert(
      fc.property(anyPath, anyPath, anyPath, (directory, name, other) => {
        fc.pre(other !== directory && !other.startsWith(`${directory}/`));
        const between = comparePaths(directory, other) < 0 && comparePaths(other, `${directory}/${name}`) < 0;
        expect(between).toBe(false);
      }),
    );
  });
});

describe('the order of entries', () => {
  it('puts the VSS header before, and metadata and the VSS footer behind, the entry of the same path', () => {
    const sorted = [...LETTERS].map((letter) => entryOf(letter, '/a', NO_ATTRIBUTES)).sort(compareEntries);
    expect(sorted.map((entry) => entry.letter).join('')).toBe('vVfydlLskmnuU');
    const [meta, later] = [entryOf('m', '/a', NO_ATTRIBUTES), entryOf('v', '/a/b', NO_ATTRIBUTES)];
    expect(compareEntries(meta, later)).toBeLessThan(0);
  });

  it('knows the kind of every letter', () => {
    expect(LETTERS.map(kindOf).join(' ')).toBe(
      'file file dir symlink hardlink special metadata metadata efs vss-head vss-head vss-foot vss-foot',
    );
  });
});

describe('a byte string', () => {
  it('keeps every byte', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = fromBytes(bytes);
        expect(isByteString(text)).toBe(true);
        expect(text.length).toBe(bytes.length);
        expect(Buffer.from(toBytes(text)).equals(bytes)).toBe(true);
      }),
    );
  });

  it('of ordinary text is its UTF-8, and is shown as the text', () => {
    expect(fromText('é€')).toBe('\xc3\xa9\xe2\x82\xac');
    expect(displayBytes(fromText('/häuser/日本'))).toBe('/häuser/日本');
    expect(isByteString('€')).toBe(false);
  });

  it('is shown on one line, without what can not be seen', () => {
    expect(displayBytes('/a\nb\\\x7f')).toBe('/a\\x0ab\\x5c\\x7f');
    expect(displayBytes('/\xe9t\xe9 1')).toBe('/\\xe9t\\xe9 1');
    expect(displayBytes(fromText('a\u202eb\u2028c\u0085'))).toBe(
      'a\\xe2\\x80\\xaeb\\xe2\\x80\\xa8c\\xc2\\x85',
    );
    expect(displayBytes('\xff\\')).toBe('\\xff\\x5c');
  });

  it('is shown so that the bytes can be told from it', () => {
    const shownBytes = (shown: string) =>
      Buffer.concat(
        shown
          .split(/(\\x[0-9a-f]{2})/)
          .map((part) => (part.startsWith('\\x') ? Buffer.from(part.slice(2), 'hex') : Buffer.from(part))),
      );
    fc.assert(
      fc.property(fc.oneof(anyPath, fc.string({ unit: 'binary' }).map(fromText)), (path) => {
        expect(shownBytes(displayBytes(path)).toString('latin1')).toBe(path);
      }),
      { numRuns: 1000 },
    );
  });
});
