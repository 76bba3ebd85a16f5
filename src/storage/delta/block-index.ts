import type { Signature } from './signature.ts';

const FILTER_BITS = 3;

/**
 * Finds the block of a signature that has given sums, in constant time whatever the signature holds. There are two
 * tables of block numbers (plus 1; 0 is free): by weak sum, asked at every byte of the new data, and by both sums,
 * asked after a weak hit. A single table with chains would take quadratic time on data that is made of blocks with
 * equal weak sums. Of blocks that are equal in both sums only the first is entered.
 */
export class BlockIndex {
  private readonly signature: Signature;
  private readonly shift: number;
  private readonly mask: number;
  private readonly byWeak: Int32Array;
  private readonly byBoth: Int32Array;
  /** Bits for at least 16 times as many hashes as there are blocks: few enough to stay in the fastest cache. */
  private readonly filter: Int32Array;

  constructor(signature: Signature) {
    this.signature = signature;
    const bits = Math.max(4, 33 - Math.clz32(signature.weak.length));
    this.shift = 32 - bits;
    this.mask = (1 << bits) - 1;
    this.byWeak = new Int32Array(1 << bits);
    this.byBoth = new Int32Array(1 << bits);
    this.filter = new Int32Array(Math.max(1, 1 << (bits + FILTER_BITS - 5)));
    for (let block = 0; block < signature.weak.length; block++) this.enter(block);
  }

  /** Whether some block has this weak sum. */
  hasWeak(weak: number): boolean {
    // Nearly every byte of new data ends here, before the larger tables are touched.
    const bit = hashOf(weak) >>> (this.shift - FILTER_BITS);
    if ((this.filter[bit >>> 5]! & (1 << (bit & 31))) === 0) return false;
    return this.byWeak[this.weakSlot(weak)] !== 0;
  }

  /**
   * The block with these sums, or -1. If `preferred` is one, it is the answer: the caller asks for the block after
   * its last match, so that copies join into one.
   */
  find(weak: number, strong: Uint8Array, preferred: number): number {
    if (preferred < this.signature.weak.length && this.isBlock(preferred, weak, strong, 0)) return preferred;
    return this.byBoth[this.bothSlot(weak, strong, 0)]! - 1;
  }

  /** Whether a block has these sums; the strong sum is read from `strong` at `offset`. */
  isBlock(block: number, weak: number, strong: Uint8Array, offset: number): boolean {
    const { weak: weakSums, strong: strongSums, strongLength } = this.signature;
    if (weakSums[block] !== weak) return false;
    const at = block * strongLength;
    for (let i = 0; i < strongLength; i++) if (strongSums[at + i] !== strong[offset + i]) return false;
    return true;
  }

  private enter(block: number): void {
    const { weak, strong, strongLength } = this.signature;
    const sum = weak[block]!;
    const bit = hashOf(sum) >>> (this.shift - FILTER_BITS);
    this.filter[bit >>> 5]! |= 1 << (bit & 31);
    const weakSlot = this.weakSlot(sum);
    if (this.byWeak[weakSlot] === 0) this.byWeak[weakSlot] = block + 1;
    const bothSlot = this.bothSlot(sum, strong, block * strongLength);
    if (this.byBoth[bothSlot] === 0) this.byBoth[bothSlot] = block + 1;
  }

  /** The slot that holds a block with this weak sum, or the free one where it would go. */
  private weakSlot(weak: number): number {
    const sums = this.signature.weak;
    let slot = this.start(weak);
    for (;;) {
      const entry = this.byWeak[slot]!;
      if (entry === 0 || sums[entry - 1] === weak) return slot;
      slot = (slot + 1) & this.mask;
    }
  }

  private bothSlot(weak: number, strong: Uint8Array, offset: number): number {
    let slot = this.start(weak ^ this.strongStart(strong, offset));
    for (;;) {
      const entry = this.byBoth[slot]!;
      if (entry === 0 || this.isBlock(entry - 1, weak, strong, offset)) return slot;
      slot = (slot + 1) & this.mask;
    }
  }

  private start(key: number): number {
    return hashOf(key) >>> this.shift;
  }

  private strongStart(strong: Uint8Array, offset: number): number {
    let key = 0;
    const length = Math.min(4, this.signature.strongLength);
    for (let i = 0; i < length; i++) key = (key << 8) | strong[offset + i]!;
    return key;
  }
}

/** Spreads a sum over 32 bits; the high ones are the best. */
function hashOf(key: number): number {
  return Math.imul(key ^ (key >>> 15), 0x9e3779b1);
}
