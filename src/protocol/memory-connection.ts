import type { Connection, Peer } from './connection.ts';

/** So many bytes may be on their way before a writer is held back. */
const ROOM = 64 * 1024;

/** Bytes on their way in one direction. */
class Pipe {
  private readonly waiting: Uint8Array[] = [];
  private length = 0;
  private isClosed = false;
  private isBroken = false;
  private isDiscarded = false;
  /** Those who wait for a change: for bytes, for room, or for the end. */
  private sleepers: (() => void)[] = [];

  get hasRoom(): boolean {
    return this.length < ROOM || this.isBroken;
  }

  write(bytes: Uint8Array): void {
    if (this.isClosed || this.isBroken || this.isDiscarded) return;
    this.waiting.push(bytes);
    this.length += bytes.length;
    this.wake();
  }

  async drained(): Promise<void> {
    while (!this.hasRoom) await this.change();
  }

  /** No more will be written. */
  close(): void {
    this.isClosed = true;
    this.wake();
  }

  /** What is on its way is lost. */
  break(): void {
    this.isBroken = true;
    this.drop();
  }

  /** Reads to the end without looking. */
  async discard(): Promise<void> {
    this.isDiscarded = true;
    this.drop();
    while (!this.isClosed && !this.isBroken) await this.change();
  }

  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const piece = this.waiting.shift();
      if (piece) {
        this.length -= piece.length;
        this.wake();
        yield piece;
      } else if (this.isBroken)
        throw Object.assign(new Error('connection reset by peer'), { code: 'ECONNRESET' });
      else if (this.isClosed) return;
      else await this.change();
    }
  }

  private drop(): void {
    this.waiting.length = 0;
    this.length = 0;
    this.wake();
  }

  private change(): Promise<void> {
    return new Promise((resolve) => this.sleepers.push(resolve));
  }

  private wake(): void {
    const sleepers = this.sleepers;
    this.sleepers = [];
    for (const wake of sleepers) wake();
  }
}

class MemoryConnection implements Connection {
  readonly peer: Peer;
  readonly incoming: AsyncIterable<Uint8Array>;
  private readonly from: Pipe;
  private readonly to: Pipe;

  constructor(peer: Peer, from: Pipe, to: Pipe) {
    this.peer = peer;
    this.from = from;
    this.to = to;
    this.incoming = from.read();
  }

  write(bytes: Uint8Array): boolean {
    this.to.write(bytes);
    return this.to.hasRoom;
  }

  drained(): Promise<void> {
    return this.to.drained();
  }

  /** Says that no more will be written; what comes can still be read. */
  close(): void {
    this.to.close();
  }

  async end(): Promise<void> {
    this.close();
    await this.from.discard();
  }

  destroy(): void {
    this.from.break();
    this.to.break();
  }
}

/** The client's end of a connection in memory. */
export interface ClientEnd extends Connection {
  /** Says that no more will be sent; what comes can still be read. */
  close(): void;
}

/** Both ends of a connection without a network: for clients in the same process, and for simulations. */
export function connectionPair(peer: Peer): { readonly server: Connection; readonly client: ClientEnd } {
  const [up, down] = [new Pipe(), new Pipe()];
  return {
    server: new MemoryConnection(peer, up, down),
    client: new MemoryConnection(peer, down, up),
  };
}
