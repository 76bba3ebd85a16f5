import { type Entry, type Letter } from '../storage/manifest/entry.ts';
import { LETTER_NAMES } from '../storage/stats.ts';

/** What clients are told before they are sent entries, so that they can show how far they are. */
export interface About {
  readonly client: string;
  readonly backup: number;
  readonly action: 'restore' | 'verify' | 'backup';
}

const PHASES = { restore: 'restoring', verify: 'verifying', backup: 'backup' } as const;

/** Counts entries that are going to be sent. */
export class Counters {
  private readonly counts = new Map<Letter, number>();
  private total = 0;
  /** Of their plain data. */
  private bytes = 0;

  add({ letter, end }: Entry): void {
    this.counts.set(letter, (this.counts.get(letter) ?? 0) + 1);
    this.total++;
    this.bytes += end?.size ?? 0;
  }

  /** The JSON that Burp's client reads. It wants all of this, though it looks at the counters only. */
  format({ client, backup, action }: About): string {
    const counted = LETTER_NAMES.filter(([letter]) => this.counts.has(letter));
    const counters = [
      ...counted.map(([type, name]) => counter(name, type, this.counts.get(type)!)),
      counter('grand_total', 'Z', this.total),
      { name: 'bytes_estimated', type: 'G', count: this.bytes },
    ];
    const child = { pid: 1, backup, action, phase: PHASES[action], counters };
    const backups = [{ number: backup, timestamp: 1, flags: ['working'] }];
    const one = { name: client, run_status: 'running', protocol: 1, children: [child], backups };
    return JSON.stringify({ clients: [one] });
  }
}

function counter(name: string, type: string, scanned: number): object {
  return { name, type, count: 0, changed: 0, same: 0, deleted: 0, scanned };
}
