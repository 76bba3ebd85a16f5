/**
 * Mixing functions of the state hash. The four 32-bit lanes are independent hashes of the same input, each with
 * constants of its own; together they are the 128 bits. They resist accidents, not an adversary.
 */

/** Multipliers, one a lane, from the golden ratio and the finalisers of MurmurHash3 and xxHash. */
export const LANE_A = 0x85ebca6b | 0;
export const LANE_B = 0xc2b2ae35 | 0;
export const LANE_C = 0x27d4eb2f | 0;
export const LANE_D = 0x9e3779b1 | 0;

/** MurmurHash3's finaliser: every input bit changes about half of the output bits. */
export function finish(h: number): number {
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Puts two values into one, in an order that matters. `lane` keeps the lanes apart. */
export function pair(lane: number, left: number, right: number): number {
  let h = Math.imul(left ^ lane, 0xcc9e2d51);
  h = (h << 15) | (h >>> 17);
  h = Math.imul(h ^ right, 0x1b873593) + lane;
  return finish(h);
}

/** Four lanes that can be written to: the running sum of a hash that is built from parts in any order. */
export interface Lanes {
  a: number;
  b: number;
  c: number;
  d: number;
}

/** Hashes bytes into four lanes. */
export function hashBytes(bytes: Uint8Array): Lanes {
  let a = LANE_A ^ bytes.length;
  let b = LANE_B ^ bytes.length;
  let c = LANE_C ^ bytes.length;
  let d = LANE_D ^ bytes.length;
  const whole = bytes.length & ~3;
  for (let i = 0; i < bytes.length; i += 4) {
    const word =
      i < whole
        ? bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)
        : bytes[i]! | ((bytes[i + 1] ?? 0) << 8) | ((bytes[i + 2] ?? 0) << 16);
    a = Math.imul(((a << 13) | (a >>> 19)) ^ word, LANE_B);
    b = Math.imul(((b << 11) | (b >>> 21)) ^ word, LANE_C);
    c = Math.imul(((c << 17) | (c >>> 15)) ^ word, LANE_D);
    d = Math.imul(((d << 7) | (d >>> 25)) ^ word, LANE_A);
  }
  return { a: finish(a), b: finish(b), c: finish(c), d: finish(d) };
}

const textEncoder = new TextEncoder();
const texts = new Map<string, Lanes>();
/** Names come again and again; the table is thrown away when an odd program makes endlessly many. */
const TEXTS_MAX = 200_000;

/** Hashes a text that hardly comes again. */
export function hashOnce(text: string): Lanes {
  return hashBytes(textEncoder.encode(text));
}

/** Hashes a name or a link's target; remembered, because the same few come for every state. */
export function hashText(text: string): Lanes {
  const known = texts.get(text);
  if (known) return known;
  if (texts.size >= TEXTS_MAX) texts.clear();
  const lanes = hashOnce(text);
  texts.set(text, lanes);
  return lanes;
}
