import { countersIn } from '../storage/stats.ts';
import type { Tally } from '../storage/tally.ts';

/** What clients are told before they are sent entries, so that they can show how far they are. */
export interface About {
  readonly client: string;
  readonly backup: number;
  readonly action: 'restore' | 'verify' | 'backup';
}

const PHASES = { restore: 'restoring', verify: 'verifying', backup: 'backup' } as const;

/** The JSON that Burp's client reads. It wants all of this, though it looks at the counters only. */
export function formatCounters(tally: Tally, { client, backup, action }: About): string {
  const counters = [...countersIn(tally), { name: 'bytes_estimated', type: 'G', count: tally.estimated }];
  const child = { pid: 1, backup, action, phase: PHASES[action], counters };
  const backups = [{ number: backup, timestamp: 1, flags: ['working'] }];
  const one = { name: client, run_status: 'running', protocol: 1, children: [child], backups };
  return JSON.stringify({ clients: [one] });
}
