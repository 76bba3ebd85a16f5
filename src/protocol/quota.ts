import type { Log } from '../ports/log.ts';
import type { Entry } from '../storage/manifest/entry.ts';
import { Refusal } from './fault.ts';
import type { FrameStream } from './frame-stream.ts';
import type { ClientConfig } from './ports.ts';

/** Adds up what a client wants to keep, by the sizes in its scan. */
export class Quota {
  private readonly limits: Pick<ClientConfig, 'hardQuota' | 'softQuota'>;
  private size = 0;

  constructor(limits: Pick<ClientConfig, 'hardQuota' | 'softQuota'>) {
    this.limits = limits;
  }

  add(entry: Entry): void {
    if ('fyk'.includes(entry.letter)) this.size += Number(entry.attributes.size);
  }

  /** Answers the end of the scan. Throws a Refusal if it is too much. */
  check(frames: FrameStream, log: Log): void {
    const { hardQuota, softQuota } = this.limits;
    frames.send('c', 'ok');
    if (hardQuota > 0 && this.size > hardQuota) throw new Refusal('Hard quota exceeded', 'w');
    if (softQuota === 0 || this.size <= softQuota) return;
    frames.send('w', 'Soft quota exceeded');
    log.warn(`Soft quota exceeded: ${this.size} bytes, and ${softQuota} are allowed`);
  }
}
