import type { Log } from '../ports/log.ts';
import type { ByteString } from '../storage/manifest/byte-string.ts';
import { type FrameStream, textOf, unexpected } from './frame-stream.ts';
import { messageIn } from './message.ts';

/**
 * What a client says while it is sent a restore: warnings, files that it doesn't want, and at last that it has all. It is
 * read all the time, so that neither side waits for the other to read.
 */
export class Replies {
  private readonly frames: FrameStream;
  private readonly log: Log;
  private readonly end: Promise<void>;
  private failure: Error | undefined;
  private unwanted: ByteString | undefined;

  constructor(frames: FrameStream, log: Log) {
    this.frames = frames;
    this.log = log;
    this.end = this.read();
    this.end.catch((error: Error) => {
      this.failure = error;
    });
  }

  /** Settles when the client has said that it has all; rejects if it says anything else. */
  ended(): Promise<void> {
    return this.end;
  }

  /** Throws what stopped the reading: the client has gone, or said what it may not. */
  check(): void {
    if (this.failure) throw this.failure;
  }

  /** Whether the client wants no more of the entry that it knows by this token. Throws as `check` does. */
  isUnwanted(token: ByteString): boolean {
    this.check();
    return this.unwanted === token;
  }

  private async read(): Promise<void> {
    for (;;) {
      const frame = await this.frames.next('"restoreend ok"');
      switch (frame.letter) {
        case 'w':
          this.log.warn(messageIn(frame));
          continue;
        case 'p':
          this.log.info(messageIn(frame));
          continue;
        case 'i':
          this.unwanted = textOf(frame);
          continue;
        case 'c':
          if (textOf(frame) === 'restoreend ok') return;
          throw unexpected(frame, '"restoreend ok"');
        default:
          throw unexpected(frame, '"restoreend ok"');
      }
    }
  }
}
