import type { Socket } from 'node:net';

/** How often the peer is looked at within the limit: it may be given up late by so small a part of it, and never early. */
const LOOKS = 20;

/**
 * Counts the time in which a peer is waited for and does nothing: it neither sends nor takes what was sent. While the
 * server is busy itself, nothing counts against the peer.
 */
export class IdleWatch {
  private readonly socket: Socket;
  private readonly limit: number;
  private readonly onIdle: () => void;
  private waits = 0;
  private timer: NodeJS.Timeout | undefined;
  private before = 0;

  /** `limit` in milliseconds. */
  constructor(socket: Socket, limit: number, onIdle: () => void) {
    this.socket = socket;
    this.limit = limit;
    this.onIdle = onIdle;
    socket.once('close', () => clearTimeout(this.timer));
  }

  /** Somebody waits for the peer until the function that this gives is called. */
  start(): () => void {
    if (this.waits++ === 0) this.restart();
    return () => {
      if (--this.waits === 0) clearTimeout(this.timer);
    };
  }

  private restart(): void {
    this.before = this.progress();
    this.lookAgain(LOOKS);
  }

  private lookAgain(looks: number): void {
    clearTimeout(this.timer);
    if (this.socket.destroyed) return;
    this.timer = setTimeout(() => {
      if (this.progress() !== this.before) this.restart();
      else if (looks > 1) this.lookAgain(looks - 1);
      else this.onIdle();
    }, this.limit / LOOKS);
    // What is waited for is the socket; the watch over it keeps nobody up.
    this.timer.unref();
  }

  /** Bytes that went through the socket so far, in both directions. */
  private progress(): number {
    const { bytesRead, bytesWritten, writableLength } = this.socket;
    return bytesRead + bytesWritten - writableLength;
  }
}
