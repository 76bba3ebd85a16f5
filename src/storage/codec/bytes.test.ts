import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteBuilder } from './byte-builder.ts';
import { ByteQueue } from './byte-queue.ts';

describe('a byte queue', () => {
  it('gives the bytes in order, however they come and go', () => {
    const step = fc.record({ add: fc.uint8Array({ maxLength: 40 }), drop: fc.nat(60) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 0, max: 64 }), (steps, capacity) => {
        const queue = new ByteQueue(capacity);
        let model = Buffer.alloc(0);
        for (const { add, drop } of steps) {
          model = Buffer.concat([model, add]);
          queue.append(add);
          // The queue must hold a copy: the producer may write something else here.
          add.fill(0);
          const count = Math.min(drop, queue.length);
          queue.drop(count);
          model = model.subarray(count);
          expect(Buffer.from(queue.view()).equals(model)).toBe(true);
        }
      }),
    );
  });
});

describe('a byte builder', () => {
  it('writes numbers of 1, 2, 4 and 8 bytes, the most significant first', () => {
    const cases = [
      [1, fc.nat(0xff)],
      [2, fc.nat(0xffff)],
      [4, fc.nat(0xffff_ffff)],
      [8, fc.maxSafeNat()],
    ] as const;
    for (const [width, numbers] of cases)
      fc.assert(
        fc.property(numbers, (value) => {
          const out = new ByteBuilder();
          out.integer(value, width);
          const hex = value.toString(16).padStart(width * 2, '0');
          expect(Buffer.from(out.take()).toString('hex')).toBe(hex);
        }),
      );
  });

  it('hands over its bytes once, in memory of their own', () => {
    const out = new ByteBuilder();
    out.append(Buffer.alloc(1000, 'a'));
    const first = out.take();
    out.append(Buffer.alloc(1000, 'b'));
    expect(Buffer.from(first).equals(Buffer.alloc(1000, 'a'))).toBe(true);
    expect(out.take()[0]).toBe('b'.charCodeAt(0));
    expect(out.take().length).toBe(0);
  });
});
