import type { Answer, Interrupted } from '../ports/backup-client.ts';
import type { Log } from '../ports/log.ts';
import type { SizeAndMd5 } from '../storage/codec/digest.ts';
import { type ByteString, displayBytes } from '../storage/manifest/byte-string.ts';
import { parseEnd } from '../storage/manifest/end-of-file.ts';
import type { Entry } from '../storage/manifest/entry.ts';
import { fault } from './fault.ts';
import type { Frame } from './frame.ts';
import { type FrameStream, textOf, unexpected } from './frame-stream.ts';
import { messageIn } from './message.ts';
import { attributesOf } from './stat-line.ts';

/** Up to this many bytes of an answer are handed over in one piece. */
const SMALL = 1 << 20;

/** A request that was sent. */
export interface Request {
  readonly entry: Entry;
  /** Of a request for a delta: what the client echoes. */
  readonly dataPath: ByteString | undefined;
}

/** Called once, with what is wrong if the next answer can't be read either. */
export type Finished = (failure?: Error) => void;

type Ending = SizeAndMd5 | Interrupted;

/**
 * Reads the client's answer to one request: `[t] r path a... x`, or `i` in place of any of it. Messages may come between
 * any two frames.
 */
export class AnswerReader {
  private readonly frames: FrameStream;
  private readonly request: Request;
  private readonly log: Log;
  private readonly path: string;
  /** Whether the client has begun to answer before it gave up. */
  hasBegun = false;
  wasInterrupted = false;
  /** Whether the file comes as it was read. EFS files do too, but of those the client does not end two ways. */
  private isRaw = false;
  /** The client's last warning: if an `i` follows, it is the reason. */
  private warning: string | undefined;
  private hasWarned = false;

  constructor(frames: FrameStream, request: Request, log: Log) {
    this.frames = frames;
    this.request = request;
    this.log = log;
    this.path = displayBytes(request.entry.path);
  }

  /** Reads up to the data; small data to their end. `finished` is called when all of the answer was read, or can't be. */
  async read(finished: Finished): Promise<Answer> {
    const head = await this.head();
    if ('interrupted' in head) {
      finished();
      return head;
    }
    const pieces: Uint8Array[] = [];
    for (let length = 0; length <= SMALL;) {
      const next = await this.piece();
      if (!(next instanceof Uint8Array)) {
        finished();
        return 'interrupted' in next ? next : { ...head, data: Buffer.concat(pieces), end: () => next };
      }
      pieces.push(next);
      length += next.length;
    }
    return this.stream(head, pieces, finished);
  }

  private stream(head: Pick<Entry, 'attributes'>, begun: Uint8Array[], finished: Finished): Answer {
    let ending: Ending = { interrupted: 'it was not read to its end' };
    const piece = () => this.piece();
    async function* data(): AsyncGenerator<Uint8Array, void, undefined> {
      let isWhole = false;
      try {
        for (let at = begun.shift(); at; at = begun.shift()) yield at;
        for (let next = await piece(); ; next = await piece()) {
          if (next instanceof Uint8Array) {
            yield next;
            continue;
          }
          ending = next;
          isWhole = true;
          return;
        }
      } finally {
        finished(isWhole ? undefined : fault('an answer was not read to its end'));
      }
    }
    return { ...head, data: data(), end: () => ending };
  }

  private async head(): Promise<Pick<Entry, 'attributes'> | Interrupted> {
    const { entry, dataPath } = this.request;
    if (dataPath !== undefined) {
      const echo = await this.due('t', 'data path');
      if ('interrupted' in echo) return echo;
      if (textOf(echo) !== dataPath) throw this.wrong(echo, 'data path');
    }
    const line = await this.due('r', 'stat line');
    if ('interrupted' in line) return line;
    const path = await this.due(entry.letter, 'path');
    if ('interrupted' in path) return path;
    if (textOf(path) !== entry.path) throw this.wrong(path, 'path');
    this.hasBegun = true;
    const attributes = attributesOf(line);
    this.isRaw = entry.letter !== 'k' && attributes.compression === 0 && attributes.encryption === 0;
    return { attributes };
  }

  private async due(letter: string, what: string): Promise<Frame | Interrupted> {
    const frame = await this.next(what);
    if ('interrupted' in frame || frame.letter === letter) return frame;
    throw this.wrong(frame, what);
  }

  /** The next piece of data, or how they end. */
  private async piece(): Promise<Uint8Array | Ending> {
    const frame = await this.next('data');
    if ('interrupted' in frame) return frame;
    if (frame.letter === 'a') return frame.payload;
    if (frame.letter !== 'x') throw this.wrong(frame, 'data');
    const end = parseEnd(textOf(frame));
    if (!end) throw fault(`the client sent a bad end of ${this.path}: it needs a size, a colon and an MD5`);
    return this.isTruncated() ? this.interruption() : this.done(end);
  }

  /**
   * Burp's client ends a file that it could not read to its end in two ways. Packed, `i` comes in place of `x`. Raw, there
   * is a warning among the data, then a regular `x` for what it could read, and then `i`: kept, that would be a truncated
   * file that looks whole.
   */
  private isTruncated(): boolean {
    return this.hasWarned && this.request.dataPath === undefined && this.isRaw;
  }

  private async interruption(): Promise<Interrupted> {
    const frame = await this.next('"i", since the file could not be read');
    if ('interrupted' in frame) return frame;
    throw this.wrong(frame, '"i", since the file could not be read,');
  }

  private done(end: SizeAndMd5): SizeAndMd5 {
    if (this.warning !== undefined) this.log.warn(this.warning);
    return end;
  }

  /** The next frame that is no message. */
  private async next(what: string): Promise<Frame | Interrupted> {
    for (;;) {
      const frame = await this.frames.next(`${what} of ${this.path}`);
      switch (frame.letter) {
        case 'w':
          if (this.warning !== undefined) this.log.warn(this.warning);
          this.warning = messageIn(frame);
          this.hasWarned ||= this.hasBegun;
          continue;
        case 'p':
          this.log.info(messageIn(frame));
          continue;
        case 'i':
          if (textOf(frame) !== this.request.entry.path) throw this.wrong(frame, what);
          this.wasInterrupted = true;
          return { interrupted: this.warning ?? 'its client could not read it to its end' };
        default:
          return frame;
      }
    }
  }

  private wrong(frame: Frame, what: string): Error {
    return unexpected(frame, `${what} of ${this.path}`);
  }
}
