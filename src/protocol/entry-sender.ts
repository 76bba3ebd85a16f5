import type { Log } from '../ports/log.ts';
import { isDamage } from '../storage/codec/damage.ts';
import { isEncrypted } from '../storage/content.ts';
import type { Data } from '../storage/durable.ts';
import { formatAttributes } from '../storage/manifest/attributes.ts';
import { type ByteString, displayBytes } from '../storage/manifest/byte-string.ts';
import { formatEnd } from '../storage/manifest/end-of-file.ts';
import { type Entry, hasData } from '../storage/manifest/entry.ts';
import type { FrameStream } from './frame-stream.ts';
import { LONGEST_DATA } from './frame.ts';
import { sendEntry } from './list.ts';
import type { OpenBackup } from './ports.ts';
import type { Replies } from './replies.ts';

/** The client decrypts into a buffer that is a little smaller than what it takes in a frame. */
const LONGEST_ENCRYPTED = 4096;

interface Sending {
  readonly kind: 'restore' | 'verify';
  readonly frames: FrameStream;
  readonly replies: Replies;
  readonly log: Log;
}

/** An entry under way. */
interface Item {
  readonly entry: Entry;
  /** What the client calls it by, if it doesn't want its data. */
  readonly token: ByteString;
}

/** Sends entries of backups to a client that restores or verifies them. */
export class EntrySender {
  private readonly job: Sending;
  /** How often a token was made up. */
  private tokens = 0;

  constructor(job: Sending) {
    this.job = job;
  }

  /**
   * `isRepeated`: another entry may have been sent with the same data path. It gets a token of its own then, since a
   * client's word about the first, if it comes late, must not cut the second short.
   */
  async send(backup: OpenBackup, entry: Entry, isRepeated: boolean): Promise<void> {
    const { kind, frames, replies } = this.job;
    replies.check();
    if (!hasData(entry.letter)) sendEntry(frames, entry);
    else {
      const token = isRepeated ? `${++this.tokens}/${entry.dataPath}` : entry.dataPath!;
      await (kind === 'verify'
        ? this.verify(backup, { entry, token })
        : this.restore(backup, { entry, token }));
    }
    await frames.drain();
  }

  private async verify(backup: OpenBackup, item: Item): Promise<void> {
    const { entry } = item;
    const reason = await backup.check(entry);
    this.sendHead(item);
    if (reason === undefined) this.job.frames.send(entry.letter, entry.path);
    else this.complain(entry, reason);
  }

  private async restore(backup: OpenBackup, item: Item): Promise<void> {
    const { frames } = this.job;
    const { entry } = item;
    const data = await this.open(backup, entry);
    this.sendHead(item);
    if (typeof data === 'string') return this.complain(entry, data);
    frames.send(entry.letter, entry.path);
    try {
      await this.sendData(item, data);
    } catch (error) {
      // The client has written a part of it by now. All that can be done is to say so.
      if (!isDamage(error)) throw error;
      this.complain(entry, error.message);
    }
    frames.send('x', formatEnd(entry.end!));
  }

  private sendHead({ entry, token }: Item): void {
    this.job.frames.send('t', token);
    this.job.frames.send('r', formatAttributes(entry.attributes));
  }

  private async open(backup: OpenBackup, entry: Entry): Promise<Data | string> {
    try {
      return await backup.packed(entry);
    } catch (error) {
      if (!isDamage(error)) throw error;
      return error.message;
    }
  }

  private async sendData({ entry, token }: Item, data: Data): Promise<void> {
    const { frames, replies } = this.job;
    const most = isEncrypted(entry) ? LONGEST_ENCRYPTED : LONGEST_DATA;
    for await (const piece of data instanceof Uint8Array ? [data] : data) {
      for (let at = 0; at < piece.length; at += most) {
        // A client that can't write the file reads on to its end without looking at it.
        if (replies.isUnwanted(token)) return;
        frames.send('a', piece.subarray(at, at + most));
        await frames.drain();
      }
    }
  }

  private complain(entry: Entry, reason: string): void {
    const text = `${displayBytes(entry.path)}: ${reason}`;
    this.job.log.warn(text);
    this.job.frames.send('w', `${Buffer.from(text).toString('latin1')}\n`);
  }
}
