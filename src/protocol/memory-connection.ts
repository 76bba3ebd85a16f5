import type { Connection, Peer } from './connection.ts';

/** So many bytes may be on their way before a writer is held back. */
const ROOM = 64 * 1024;

/** Bytes on their way in one direction. */
class Pipe {
  private readonly waiting: Uint8Array[] = [];
  private length = 0;
  private isClosed = false;
  private isBroken = false;
  private wakeReader = (): void => {};
  private wakeWriters: (() => void)[] = [];

  get hasRoom(): boolean {
    return this.length < ROOM || this.isBroken;
  }

  write(bytes: Uint8Array): void {
    if (this.isClosed || this.isBroken) return;
    this.waiting.push(bytes);
    this.length += bytes.length;
    this.wakeReader();
  }

  async drained(): Promise<void> {
    while (!this.hasRoom) await new Promise<void>((resolve) => this.wakeWriters.push(resolve));
  }

  /** No more will be written. */
  close(): void {
    this.isClosed = true;
    this.wakeReader();
  }

  /** What is on its way is lost. */
  break(): void {
    this.isBroken = true;
    this.waiting.length = 0;
    this.wakeReader();
    this.wake();
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
      else
        await new Promise<void>((resolve) => {
          this.wakeReader = resolve;
        });
    }
  }

  private wake(): void {
    const writers = this.wakeWriters;
    this.wakeWriters = [];
    for (const wake of writers) wake();
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

  async end(): Promise<void> {
    this.to.close();
    try {
      for await (const _ of this.from.read());
    } catch {
      // It is gone: that is what was waited for.
    }
  }

  destroy(): void {
    this.from.break();
    this.to.break();
  }
}

/** Both ends of a connection without a network: for clients in the same process, and for simulations. */
export function connectionPair(peer: Peer): { readonly server: Connection; readonly client: Connection } {
  const [up, down] = [new Pipe(), new Pipe()];
  return {
    server: new MemoryConnection(peer, up, down),
    client: new MemoryConnection(peer, down, up),
  };
}
