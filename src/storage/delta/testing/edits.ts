import * as fc from 'fast-check';

/** One change to a file. Places and lengths are in thousandths of it, so that they shrink with it. */
type Edit =
  | { readonly type: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly type: 'delete'; readonly at: number; readonly length: number }
  | { readonly type: 'move'; readonly at: number; readonly length: number; readonly to: number }
  | { readonly type: 'repeat'; readonly at: number; readonly length: number }
  | { readonly type: 'zeros'; readonly at: number; readonly count: number };

const place = fc.nat(1000);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ type: fc.constant('insert' as const), at: place, bytes: fc.uint8Array({ maxLength: 200 }) }),
  fc.record({ type: fc.constant('delete' as const), at: place, length: place }),
  fc.record({ type: fc.constant('move' as const), at: place, length: place, to: place }),
  fc.record({ type: fc.constant('repeat' as const), at: place, length: place }),
  fc.record({ type: fc.constant('zeros' as const), at: place, count: fc.nat(2000) }),
);

/** Contents of a file: empty, a few bytes, noise, one byte repeated, few different bytes. */
const content: fc.Arbitrary<Buffer> = fc.oneof(
  fc.constant(Buffer.alloc(0)),
  fc.uint8Array({ maxLength: 130 }).map((bytes) => Buffer.from(bytes)),
  fc.tuple(fc.nat(20_000), fc.nat()).map(([size, seed]) => noise(size, seed, 256)),
  fc.tuple(fc.nat(20_000), fc.nat(255)).map(([size, byte]) => Buffer.alloc(size, byte)),
  fc.tuple(fc.nat(10_000), fc.nat()).map(([size, seed]) => noise(size, seed, 2)),
);

/** An old file, and a new one that was made of it by some edits (or is another file altogether). */
export const oldAndNew: fc.Arbitrary<{ readonly old: Buffer; readonly fresh: Buffer }> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ old: content, edits: fc.array(edit, { maxLength: 6 }) }).map(applyEdits),
  },
  { weight: 1, arbitrary: fc.record({ old: content, fresh: content }) },
);

/** Block lengths around the sizes above, odd ones included. */
export const blockLengths = fc.oneof(
  fc.constantFrom(1, 2, 16, 64, 144, 1000),
  fc.integer({ min: 1, max: 3000 }),
);

/** The same bytes for the same seed, of `variety` different values. */
export function noise(size: number, seed: number, variety: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = seed | 1;
  for (let at = 0; at < size; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    bytes[at] = (state >>> 16) % variety;
  }
  return bytes;
}

function applyEdits({ old, edits }: { old: Buffer; edits: readonly Edit[] }): { old: Buffer; fresh: Buffer } {
  let fresh = old;
  for (const one of edits) fresh = apply(fresh, one).subarray(0, 60_000);
  return { old, fresh };
}

function apply(bytes: Buffer, one: Edit): Buffer {
  const at = scale(bytes, one.at);
  const before = bytes.subarray(0, at);
  if (one.type === 'insert') return Buffer.concat([before, one.bytes, bytes.subarray(at)]);
  if (one.type === 'zeros') return Buffer.concat([before, Buffer.alloc(one.count), bytes.subarray(at)]);
  const end = Math.min(bytes.length, at + scale(bytes, one.length));
  const part = bytes.subarray(at, end);
  if (one.type === 'repeat') return Buffer.concat([before, part, part, bytes.subarray(end)]);
  const rest = Buffer.concat([before, bytes.subarray(end)]);
  if (one.type === 'delete') return rest;
  const to = scale(rest, one.to);
  return Buffer.concat([rest.subarray(0, to), part, rest.subarray(to)]);
}

function scale(bytes: Buffer, thousandths: number): number {
  return Math.floor((bytes.length * thousandths) / 1000);
}
