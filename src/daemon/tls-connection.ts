import type { TLSSocket } from 'node:tls';
import type { Connection, Peer } from '../protocol/connection.ts';
import { codeOf, reasonOf } from '../storage/errors.ts';
import { IdleWatch } from './idle-watch.ts';
import { PacedWriter } from './paced-writer.ts';

/** So many received bytes may wait before the peer is held back. */
const ROOM = 256 * 1024;

export interface ConnectionLimits {
  /** Milliseconds in which a peer that is waited for must do something. */
  readonly idle: number;
  /** Bytes per second that are sent; undefined for no limit. */
  readonly rate: number | undefined;
}

/** A connection over TLS. Make it as soon as the socket is there: errors of the socket that nobody hears are fatal. */
export class TlsConnection implements Connection {
  readonly peer: Peer;
  readonly incoming: AsyncIterable<Uint8Array>;
  private readonly socket: TLSSocket;
  private readonly writer: PacedWriter;
  private readonly idle: IdleWatch;
  private readonly closed: Promise<void>;
  private waiting: Uint8Array[] = [];
  private length = 0;
  private isWakeDue = false;
  private isEnded = false;
  private isDropping = false;
  private failure: Error | undefined;
  private wake = (): void => {};

  constructor(socket: TLSSocket, peer: Peer, { idle, rate }: ConnectionLimits) {
    this.socket = socket;
    this.peer = peer;
    this.writer = new PacedWriter(socket, rate);
    this.idle = new IdleWatch(socket, idle, () =>
      this.fail('ETIMEDOUT', `no activity for ${idle / 1000} seconds`),
    );
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('data', (bytes: Buffer) => this.take(bytes));
    socket.once('end', () => this.ended());
    socket.on('error', (error) => this.broken(error));
    socket.once('close', () => this.fail('ECONNRESET', 'the connection was closed'));
    this.incoming = this.read();
  }

  write(bytes: Uint8Array): boolean {
    return this.writer.write(bytes);
  }

  async drained(): Promise<void> {
    const stop = this.idle.start();
    await Promise.race([this.writer.drained(), this.closed]);
    stop();
  }

  async end(): Promise<void> {
    this.isDropping = true;
    this.waiting = [];
    this.socket.resume();
    await Promise.race([this.writer.end(), this.closed]);
    await this.closed;
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** As `destroy`; the reason is what `incoming` throws. */
  cut(reason: string): void {
    this.fail('ECONNRESET', reason);
  }

  private async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      if (this.length > 0) yield this.takeAll();
      else if (this.isEnded) return;
      else if (this.failure) throw this.failure;
      else await this.more();
    }
  }

  private takeAll(): Uint8Array {
    const bytes = Buffer.concat(this.waiting, this.length);
    this.waiting = [];
    this.length = 0;
    if (this.socket.isPaused()) this.socket.resume();
    return bytes;
  }

  private async more(): Promise<void> {
    const stop = this.idle.start();
    await new Promise<void>((resolve) => (this.wake = resolve));
    stop();
  }

  private take(bytes: Buffer): void {
    if (this.isDropping) return;
    this.waiting.push(bytes);
    this.length += bytes.length;
    if (this.length >= ROOM) this.socket.pause();
    this.wakeSoon();
  }

  /**
   * Burp's client sends every frame in a record of its own, and each is an event here. Whoever reads is woken once for
   * all of those that are there already.
   */
  private wakeSoon(): void {
    if (this.isWakeDue) return;
    this.isWakeDue = true;
    setImmediate(() => {
      this.isWakeDue = false;
      this.wake();
    });
  }

  private ended(): void {
    this.isEnded = true;
    this.wake();
  }

  /** What OpenSSL says is long and for programmers. */
  private broken(error: Error): void {
    const code = codeOf(error) ?? '';
    if (/^E[A-Z]+$/.test(code)) this.fail(code, reasonOf(error));
    else this.fail('ECONNRESET', `the TLS connection broke (${code || reasonOf(error)})`);
  }

  private fail(code: string, reason: string): void {
    this.failure ??= Object.assign(new Error(reason), { code });
    this.wake();
    this.socket.destroy();
  }
}
