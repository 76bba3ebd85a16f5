import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Frame, FrameParser, LONGEST_PAYLOAD, formatFrame } from './frame.ts';

it('bytes of any kind are frames or a fault, wherever they are cut', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.nat(200), { maxLength: 5 }), (bytes, cuts) => {
      const whole = framesOrFault([bytes]);
      expect(framesOrFault(cut(bytes, cuts))).toEqual(whole);
    }),
  );
});

function framesOrFault(pieces: readonly Uint8Array[]): unknown {
  const parser = new FrameParser();
  const frames: unknown[] = [];
  const into: { letter: string; payload: Buffer }[] = [];
  try {
    for (const piece of pieces) parser.push(piece, into);
  } catch (error) {
    return (error as Error).message;
  }
  for (const { letter, payload } of into) frames.push([letter, payload.toString('hex')]);
  return [frames, parser.length];
}

/** Pieces of the bytes, cut at these places. */
function cut(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const edges = [0, ...cuts.filter((at) => at < bytes.length).sort((a, b) => a - b), bytes.length];
  return edges.slice(1).map((edge, at) => bytes.subarray(edges[at], edge));
}

const anyFrame = fc.record({
  letter: fc.constantFrom(...'crfdlLsmxaitwpe'.split('')),
  payload: fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
});

it('frames come out as they went in, wherever they are cut', () => {
  fc.assert(
    fc.property(fc.array(anyFrame, { maxLength: 20 }), fc.array(fc.nat(6000)), (frames, cuts) => {
      const bytes = Buffer.concat(frames.map(({ letter, payload }) => formatFrame(letter, payload)));
      const parsed: Frame[] = [];
      const parser = new FrameParser();
      for (const piece of cut(bytes, cuts)) parser.push(piece, parsed);
      expect(parsed).toEqual(frames);
      expect(parser.length).toBe(0);
    }),
  );
});

describe('the longest frame', () => {
  it('goes through in pieces of one byte, and is what Burp takes', () => {
    const payload = Buffer.alloc(LONGEST_PAYLOAD, 'x');
    const parsed: Frame[] = [];
    const parser = new FrameParser();
    const bytes = formatFrame('a', payload);
    for (let at = 0; at < bytes.length; at++) parser.push(bytes.subarray(at, at + 1), parsed);
    expect(parsed).toEqual([{ letter: 'a', payload }]);
    expect(LONGEST_PAYLOAD).toBe(32_026);
  });

  it('is refused if it is one byte longer, before its payload is waited for', () => {
    expect(() => new FrameParser().push(Buffer.from('a7D1B'), [])).toThrow('longer than the 32026');
    expect(() => new FrameParser().push(Buffer.from('a7D1A'), [])).not.toThrow();
  });

  it('is not sent longer, and none is sent empty: clients hang on both', () => {
    expect(() => formatFrame('c', 'x'.repeat(LONGEST_PAYLOAD + 1))).toThrow('1 to 32026');
    expect(() => formatFrame('c', '')).toThrow('1 to 32026');
  });
});

it('lengths are taken in either case, and written as Burp does', () => {
  const parsed: Frame[] = [];
  new FrameParser().push(Buffer.from(`c000b${'x'.repeat(11)}c000B${'y'.repeat(11)}`), parsed);
  expect(parsed.map(({ payload }) => payload.length)).toEqual([11, 11]);
  expect(Buffer.from(formatFrame('c', 'hello:3.1.4')).toString()).toBe('c000Bhello:3.1.4');
});
