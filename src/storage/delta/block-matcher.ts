import type { ByteBuilder } from '../codec/byte-builder.ts';
import { BlockIndex } from './block-index.ts';
import { appendCopy, appendLiteral } from './command.ts';
import type { Signature } from './signature.ts';
import { strongSum } from './strong-hash.ts';
import { BYTE_OFFSET, packSum, weakSum } from './weak-sum.ts';

/**
 * Walks new data with a window of one block, and writes what it finds as delta commands: a copy where the window
 * equals a block of the signature, a literal where it doesn't. Adjoining copies are held back and written as one.
 */
export class BlockMatcher {
  private readonly signature: Signature;
  private readonly index: BlockIndex;
  private readonly out: ByteBuilder;
  /** The block that would continue the last copy. */
  private next = 0;
  private copyOffset = 0;
  private copyLength = 0;

  constructor(signature: Signature, out: ByteBuilder) {
    this.signature = signature;
    this.index = new BlockIndex(signature);
    this.out = out;
  }

  /**
   * Matches from the start of `bytes` as far as they decide, and returns how many it is done with. The rest must come
   * again with more behind it. If `last`, nothing more will come, and all are done with.
   */
  scan(bytes: Uint8Array, last: boolean): number {
    const { blockLength } = this.signature;
    // The byte after the window is needed to move on, unless there is none.
    const end = last ? bytes.length - blockLength : bytes.length - blockLength - 1;
    let literal = 0;
    let at = 0;
    while (at <= end) {
      const hit = this.seek(bytes, at, end);
      if (hit < 0) {
        at = end + 1;
        break;
      }
      this.literal(bytes, literal, hit);
      this.copy(this.found, blockLength);
      at = hit + blockLength;
      literal = at;
    }
    if (!last) {
      this.literal(bytes, literal, at);
      return at;
    }
    this.finish(bytes, literal, Math.max(at, 0));
    return bytes.length;
  }

  /** The block of the last hit of `seek`. */
  private found = 0;

  /** The first window from `at` to `end` that equals a block, or -1. */
  private seek(bytes: Uint8Array, at: number, end: number): number {
    const { blockLength } = this.signature;
    const index = this.index;
    const first = weakSum(bytes, at, at + blockLength);
    let low = first & 0xffff;
    let high = first >>> 16;
    for (;;) {
      const weak = packSum(low, high);
      if (index.hasWeak(weak)) {
        this.found = index.find(weak, this.strong(bytes, at, at + blockLength), this.next);
        if (this.found >= 0) return at;
      }
      if (at === end) return -1;
      const leaving = bytes[at]!;
      low = (low + bytes[at + blockLength]! - leaving) | 0;
      high = (high + low - Math.imul(blockLength, leaving + BYTE_OFFSET)) | 0;
      at++;
    }
  }

  /** Less than a block is left: only the old data's last block, if it was short, can still match, at the very end. */
  private finish(bytes: Uint8Array, literal: number, from: number): void {
    const tail = this.seekTail(bytes, from);
    this.literal(bytes, literal, tail);
    if (tail < bytes.length) this.copy(this.signature.weak.length - 1, bytes.length - tail);
    this.flushCopy();
  }

  private seekTail(bytes: Uint8Array, from: number): number {
    const block = this.signature.weak.length - 1;
    if (block < 0) return bytes.length;
    const wanted = this.signature.weak[block]!;
    let weak = weakSum(bytes, from, bytes.length);
    let low = weak & 0xffff;
    let high = weak >>> 16;
    for (let at = from; at < bytes.length; at++) {
      weak = packSum(low, high);
      if (weak === wanted && this.index.isBlock(block, weak, this.strong(bytes, at, bytes.length), 0))
        return at;
      const leaving = bytes[at]! + BYTE_OFFSET;
      low = (low - leaving) | 0;
      high = (high - Math.imul(bytes.length - at, leaving)) | 0;
    }
    return bytes.length;
  }

  private strong(bytes: Uint8Array, start: number, end: number): Uint8Array {
    return strongSum(this.signature.hash, bytes.subarray(start, end));
  }

  private copy(block: number, length: number): void {
    const offset = block * this.signature.blockLength;
    if (this.copyLength > 0 && this.copyOffset + this.copyLength === offset) {
      this.copyLength += length;
    } else {
      this.flushCopy();
      this.copyOffset = offset;
      this.copyLength = length;
    }
    this.next = block + 1;
  }

  private literal(bytes: Uint8Array, start: number, end: number): void {
    if (start >= end) return;
    this.flushCopy();
    appendLiteral(this.out, bytes, start, end);
  }

  private flushCopy(): void {
    if (this.copyLength === 0) return;
    appendCopy(this.out, this.copyOffset, this.copyLength);
    this.copyLength = 0;
  }
}
