import { displayBytes } from '../storage/manifest/byte-string.ts';
import type { ByteString } from '../storage/manifest/byte-string.ts';
import type { Connection } from './connection.ts';
import { fault, gone } from './fault.ts';
import { type Frame, FrameParser, formatFrame } from './frame.ts';

/** So many bytes are handed to the transport at once, if nobody waits for them before. */
const BATCH = 16 * 1024;
const LONGEST_SHOWN = 80;

/**
 * Frames in both directions. What is sent waits until there is a batch of it, until the next frame is waited for, or
 * until `flush`: a client that waits for an answer always gets it.
 */
export class FrameStream {
  private readonly connection: Connection;
  private readonly pieces: AsyncIterator<Uint8Array>;
  private readonly parser = new FrameParser();
  private frames: Frame[] = [];
  /** The next of `frames`. */
  private at = 0;
  private outgoing: Uint8Array[] = [];
  private outgoingLength = 0;
  private isWaiting = false;
  private mayWrite = true;
  private stopped: Error | undefined;

  constructor(connection: Connection) {
    this.connection = connection;
    this.pieces = connection.incoming[Symbol.asyncIterator]();
  }

  /** The next frame; `due` says in an error what was waited for. Throws ECONNRESET if the peer has closed. */
  async next(due: string): Promise<Frame> {
    while (this.at === this.frames.length) await this.fill(due);
    if (this.stopped) throw this.stopped;
    return this.frames[this.at++]!;
  }

  /** The text of the next frame, which must be a command. */
  async command(due: string): Promise<ByteString> {
    const frame = await this.next(due);
    if (frame.letter !== 'c') throw unexpected(frame, due);
    return textOf(frame);
  }

  /** From the next frame on, whoever waits for one gets this error instead. */
  stop(error: Error): void {
    this.stopped ??= error;
  }

  send(letter: string, payload: ByteString | Uint8Array): void {
    const bytes = formatFrame(letter, payload);
    if (this.outgoing.length === 0 && this.isWaiting) queueMicrotask(() => this.flush());
    this.outgoing.push(bytes);
    this.outgoingLength += bytes.length;
    if (this.outgoingLength >= BATCH) this.flush();
  }

  /** Hands what waits to the transport. */
  flush(): void {
    if (this.outgoing.length === 0) return;
    const [first, ...more] = this.outgoing;
    const bytes = more.length === 0 ? first! : Buffer.concat(this.outgoing, this.outgoingLength);
    this.outgoing = [];
    this.outgoingLength = 0;
    this.mayWrite = this.connection.write(bytes);
  }

  /** Waits until the peer takes more. Only for those who see to it that somebody reads meanwhile. */
  async drain(): Promise<void> {
    if (this.mayWrite) return;
    await this.connection.drained();
    this.mayWrite = true;
  }

  private async fill(due: string): Promise<void> {
    this.flush();
    this.frames = [];
    this.at = 0;
    this.isWaiting = true;
    const { done, value } = await this.pieces.next().finally(() => (this.isWaiting = false));
    if (done) throw gone(due);
    this.parser.push(value, this.frames);
  }
}

/** The payload of a text frame. Throws EPROTO for a zero byte: no program in C could have meant it. */
export function textOf(frame: Frame): ByteString {
  const text = frame.payload.toString('latin1');
  if (text.includes('\0')) throw fault(`a "${shown(frame.letter)}" frame holds a zero byte`);
  return text;
}

/** Makes the error for a frame that does not belong here. */
export function unexpected(frame: Frame, due: string): Error {
  const start = frame.payload.toString('latin1', 0, LONGEST_SHOWN);
  const more = frame.payload.length > LONGEST_SHOWN ? '...' : '';
  const text = frame.letter === 'a' ? '' : `:${shown(start)}${more}`;
  return fault(`the client sent ${shown(frame.letter)}${text}, where ${due} was due`);
}

function shown(text: ByteString): string {
  return displayBytes(text);
}
