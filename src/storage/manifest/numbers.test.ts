import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_ATTRIBUTES, formatAttributes, parseAttributes } from './attributes.ts';
import { decodeNumber, encodeNumber, toInt64 } from './number-code.ts';
import { anyAttributes, anyInt64 } from './testing/entries.ts';

function decode(text: string): unknown {
  return decodeNumber(Buffer.from(text), 0, text.length);
}

/** Attribute lines may begin anywhere in a buffer. */
function parseLine(line: string): unknown {
  return parseAttributes(Buffer.from(`..${line}..`, 'latin1'), 2, 2 + line.length);
}

describe('the number code', () => {
  it('agrees with what was seen on the wire', () => {
    const seen = [
      ['A', 0],
      ['P4A', 65_024],
      ['IsNf', 2_278_239],
      ['IGk', 0o100644],
      ['EHt', 0o40755],
      ['EPp', 0o41751],
      ['Int', 0o104755],
      ['IAA', 0o100000],
      ['KH/', 0o120777],
      ['CGk', 0o20644],
      ['ED', 259],
      ['BGk', 0o10644],
      ['MHt', 0o140755],
      ['BJPg', 300_000],
      ['BAA', 4096],
      ['JQ', 592],
      ['BrA7H3', 1_795_404_279],
      ['-F', -5],
      ['-VGA', -86_400],
      ['7msoA', 1_000_000_000],
      ['BJlgLS', 1_234_567_890],
      ['P/+', 65_534],
      ['J', 9],
      ['E4g', 20_000],
      ['HUw', 30_000],
      ['ZAA', 102_400],
      ['-BDrVmEOZJUd', -1_219_163_098_987_140_381n],
    ] as const;
    for (const [text, value] of seen) {
      expect(encodeNumber(value)).toBe(text);
      expect(decode(text)).toBe(value);
    }
  });

  it('gives back every 64-bit number, plain where that is exact', () => {
    fc.assert(
      fc.property(anyInt64, (value) => {
        expect(decode(encodeNumber(value))).toBe(value);
        expect(toInt64(BigInt(value))).toBe(value);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads only what it would write, and nothing beyond 64 bits', () => {
    for (const text of ['', '-', '-A', 'AB', '-AB', 'A A', 'B=', '--B', 'é', 'IAAAAAAAAAA', 'AAAAAAAAAAAA'])
      expect(decode(text), text).toBeUndefined();
    expect(decode('H//////////')).toBe(2n ** 63n - 1n);
    expect(decode('-IAAAAAAAAAA')).toBe(-(2n ** 63n));
    expect(decode('-IAAAAAAAAAB')).toBeUndefined();
  });
});

describe('an attribute line', () => {
  it('is read as it was seen, and written back the same', () => {
    const line = 'P4A ImRF IGk B A A A zAM BAA Gg BrA6mp BrA6mp BrA6mp A A J A A A';
    const parsed = parseLine(line);
    expect(parsed).toEqual({
      ...NO_ATTRIBUTES,
      dev: 65_024,
      ino: 2_253_893,
      mode: 0o100644,
      nlink: 1,
      size: 208_908,
      blksize: 4096,
      blocks: 416,
      atime: 1_795_402_153,
      mtime: 1_795_402_153,
      ctime: 1_795_402_153,
      compression: 9,
    });
    expect(formatAttributes(parsed as typeof NO_ATTRIBUTES)).toBe(line);
  });

  it('keeps every number, whatever the 64 bits', () => {
    fc.assert(
      fc.property(anyAttributes, (attributes) => {
        expect(parseLine(formatAttributes(attributes))).toEqual(attributes);
      }),
      { numRuns: 500 },
    );
  });

  it('with too few, too many or broken numbers is refused at the right byte', () => {
    const good = formatAttributes(NO_ATTRIBUTES);
    expect(parseLine(good.slice(0, -2))).toEqual({
      at: 37,
      reason: 'the attribute winapiOff is not a number',
    });
    expect(parseLine(`${good} A`)).toEqual({ at: 39, reason: 'more than 19 attributes' });
    expect(parseLine(`${good} `)).toEqual({ at: 39, reason: 'more than 19 attributes' });
    expect(parseLine(good.replace('A A', 'A  '))).toMatchObject({ at: 4 });
    expect(parseLine(good.replace('A A A', 'A A ?'))).toEqual({
      at: 6,
      reason: 'the attribute mode is not a number',
    });
    const hugeMode = `A A H////////// ${good.slice(6)}`;
    expect(parseLine(hugeMode)).toMatchObject({ reason: 'an attribute is larger than any real one' });
  });

  /** How many bits each of the 19 may have: what is counted in bytes or seconds, and what names something, may have 64. */
  it.each([2, 3, 4, 5, 8, 13, 14, 15, 16, 18])('with 64 bits in place %i is refused', (place) => {
    const numbers = formatAttributes(NO_ATTRIBUTES).split(' ');
    numbers[place] = 'H//////////';
    expect(parseLine(numbers.join(' '))).toMatchObject({
      reason: 'an attribute is larger than any real one',
    });
  });
});
