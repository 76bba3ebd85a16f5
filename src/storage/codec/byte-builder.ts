// mutant: equivalent: how much at a time is a matter of speed and memory alone
const SMALLEST = 256;

/** Bytes that are being put together, in a buffer that grows by doubling. */
export class ByteBuilder {
  private bytes: Uint8Array;
  private used = 0;

  constructor(capacity = SMALLEST) {
    this.bytes = new Uint8Array(Math.max(capacity, SMALLEST));
  }

  /** How many bytes wait to be taken. */
  get length(): number {
    return this.used;
  }

  byte(value: number): void {
    if (this.used === this.bytes.length) this.reserve(1);
    this.bytes[this.used++] = value;
  }

  /** Appends a copy: the caller may reuse `source` afterwards. */
  append(source: Uint8Array): void {
    this.reserve(source.length);
    this.bytes.set(source, this.used);
    this.used += source.length;
  }

  /** Appends a number of `width` bytes, the most significant byte first. Exact up to 2^53. */
  integer(value: number, width: number): void {
    let high = 0;
    if (width === 8) {
      high = Math.floor(value / 0x1_0000_0000);
      this.integer(high, 4);
    }
    const low = value - high * 0x1_0000_0000;
    for (let shift = Math.min(width, 4) * 8 - 8; shift >= 0; shift -= 8) this.byte((low >>> shift) & 0xff);
  }

  /** Hands over what was built, in memory of its own, and starts again from nothing. */
  take(): Uint8Array {
    const taken = this.bytes.slice(0, this.used);
    this.used = 0;
    return taken;
  }

  private reserve(more: number): void {
    const needed = this.used + more;
    if (needed <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.used));
    this.bytes = larger;
  }
}
