import type { Log } from '../ports/log.ts';
import { isDamage } from '../storage/codec/damage.ts';
import type { Data } from '../storage/durable.ts';
import { formatAttributes } from '../storage/manifest/attributes.ts';
import { displayBytes } from '../storage/manifest/byte-string.ts';
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

/** Sends entries of backups to a client that restores or verifies them. */
export class EntrySender {
  private readonly job: Sending;

  constructor(job: Sending) {
    this.job = job;
  }

  async send(backup: OpenBackup, entry: Entry): Promise<void> {
    const { kind, frames, replies } = this.job;
    const dataPath = entry.dataPath ?? '';
    replies.isUnwanted(dataPath);
    if (!hasData(entry.letter)) sendEntry(frames, entry);
    else if (kind === 'verify') await this.verify(backup, entry);
    else await this.restore(backup, entry);
    await frames.drain();
  }

  private async verify(backup: OpenBackup, entry: Entry): Promise<void> {
    const { frames } = this.job;
    const reason = await backup.check(entry);
    frames.send('t', entry.dataPath!);
    frames.send('r', formatAttributes(entry.attributes));
    if (reason === undefined) frames.send(entry.letter, entry.path);
    else this.complain(entry, reason);
  }

  private async restore(backup: OpenBackup, entry: Entry): Promise<void> {
    const { frames } = this.job;
    const data = await this.open(backup, entry);
    frames.send('t', entry.dataPath!);
    frames.send('r', formatAttributes(entry.attributes));
    if (typeof data === 'string') return this.complain(entry, data);
    frames.send(entry.letter, entry.path);
    try {
      await this.sendData(entry, data);
    } catch (error) {
      // The client has written a part of it by now. All that can be done is to say so.
      if (!isDamage(error)) throw error;
      this.complain(entry, error.message);
    }
    frames.send('x', formatEnd(entry.end!));
  }

  private async open(backup: OpenBackup, entry: Entry): Promise<Data | string> {
    try {
      return await backup.packed(entry);
    } catch (error) {
      if (!isDamage(error)) throw error;
      return error.message;
    }
  }

  private async sendData(entry: Entry, data: Data): Promise<void> {
    const { frames, replies } = this.job;
    const most = entry.attributes.encryption === 0 ? LONGEST_DATA : LONGEST_ENCRYPTED;
    for await (const piece of data instanceof Uint8Array ? [data] : data) {
      for (let at = 0; at < piece.length; at += most) {
        // A client that can't write the file reads on to its end without looking at it.
        if (replies.isUnwanted(entry.dataPath!)) return;
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
