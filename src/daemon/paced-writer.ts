import type { Socket } from 'node:net';

/** How often a share of the rate is sent, in milliseconds. */
const TICK = 50;
/** So many bytes may wait here before `write` asks for patience. */
const ROOM = 64 * 1024;

/** Writes to a socket, not faster than so many bytes per second if there is a limit. */
export class PacedWriter {
  private readonly socket: Socket;
  private readonly perTick: number | undefined;
  private waiting: Uint8Array[] = [];
  private length = 0;
  private timer: NodeJS.Timeout | undefined;
  private listeners: (() => void)[] = [];

  constructor(socket: Socket, rate: number | undefined) {
    this.socket = socket;
    this.perTick = rate === undefined ? undefined : Math.max(1, Math.round((rate * TICK) / 1000));
    socket.once('close', () => this.close());
    socket.on('drain', () => this.notify());
  }

  /** False if more waits than the socket, or the rate, likes. */
  write(bytes: Uint8Array): boolean {
    if (!this.socket.writable) return true;
    if (this.perTick === undefined) return this.socket.write(bytes);
    this.waiting.push(bytes);
    this.length += bytes.length;
    this.timer ??= setInterval(() => this.tick(), TICK);
    return this.length < ROOM;
  }

  /** Settles when there is room, or when there never will be. */
  async drained(): Promise<void> {
    while (!this.hasRoom) await new Promise<void>((resolve) => this.listeners.push(resolve));
  }

  /** Sends what waits, and closes this side. */
  async end(): Promise<void> {
    while (this.length > 0) await new Promise<void>((resolve) => this.listeners.push(resolve));
    this.socket.end();
  }

  private get hasRoom(): boolean {
    return this.socket.destroyed || (this.length < ROOM && !this.socket.writableNeedDrain);
  }

  private tick(): void {
    for (let left = this.perTick!; left > 0 && this.length > 0;) {
      const [first] = this.waiting;
      const part = first!.subarray(0, left);
      if (part.length === first!.length) this.waiting.shift();
      else this.waiting[0] = first!.subarray(part.length);
      left -= part.length;
      this.length -= part.length;
      this.socket.write(part);
    }
    if (this.length === 0) this.stop();
    this.notify();
  }

  private close(): void {
    this.waiting = [];
    this.length = 0;
    this.stop();
    this.notify();
  }

  private stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private notify(): void {
    const { listeners } = this;
    this.listeners = [];
    for (const listener of listeners) listener();
  }
}
