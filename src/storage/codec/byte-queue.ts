/**
 * Bytes of a stream that were received but not used yet. Everything is copied on the way in, because a producer may
 * reuse its chunk as soon as it is asked for the next one. Appending costs what is appended, however small the chunks.
 */
export class ByteQueue {
  private bytes: Uint8Array;
  private from = 0;
  private to = 0;

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity);
  }

  get length(): number {
    return this.to - this.from;
  }

  append(chunk: Uint8Array): void {
    if (this.to + chunk.length > this.bytes.length) this.makeRoom(chunk.length);
    this.bytes.set(chunk, this.to);
    this.to += chunk.length;
  }

  /** What waits, without a copy: valid only until the next `append`. */
  view(): Uint8Array {
    return this.bytes.subarray(this.from, this.to);
  }

  /** Forgets the first `count` bytes. */
  drop(count: number): void {
    this.from += count;
    if (this.from === this.to) {
      this.from = 0;
      this.to = 0;
    }
  }

  private makeRoom(more: number): void {
    const kept = this.length;
    // Moving within the buffer is only worth it when at least half comes free; otherwise tiny chunks would each move
    // everything that waits.
    const fits = kept + more <= this.bytes.length && this.from >= this.bytes.length / 2;
    const target = fits ? this.bytes : new Uint8Array(Math.max(kept + more, this.bytes.length * 2));
    target.set(this.bytes.subarray(this.from, this.to), 0);
    this.bytes = target;
    this.from = 0;
    this.to = kept;
  }
}
