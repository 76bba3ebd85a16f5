import { execFile } from 'node:child_process';
import { lstat, unlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { ClientFile } from '../config/client-config.ts';
import { timeIn } from '../protocol/backup-time.ts';
import { StoreError, ifThere } from '../storage/errors.ts';

const run = promisify(execFile);
const SCRIPT_LIMIT = 10 * 60_000;

/** Seconds in Burp's units of an interval. */
const UNITS: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 7 * 86_400,
  n: 30 * 86_400,
};
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/**
 * Whether a timed backup is due, as Burp decides it: if a file `backup` was put into the client's directory (it is
 * removed), or if it is one of the hours and days of `timer_arg` and the last backup (its name; undefined without one)
 * is old enough. `now` in milliseconds since 1970; hours and days are local ones.
 */
export async function isDue(client: ClientFile, latest: string | undefined, now: number): Promise<boolean> {
  return timerOf(client)(latest, now);
}

/**
 * The same for one conversation, in which it may be asked again: a backup that was ordered stays due, although its order
 * is gone.
 */
export function timerOf(client: ClientFile): (latest: string | undefined, now: number) => Promise<boolean> {
  let isOrdered = false;
  return async (latest, now) => {
    if (client.timerScript !== undefined) return scriptSaysYes(client, client.timerScript);
    isOrdered ||= await wasOrdered(client);
    return isOrdered || isTime(client, latest, now);
  };
}

function isTime({ timerArgs, name }: ClientFile, latest: string | undefined, now: number): boolean {
  const [interval, ...bands] = timerArgs;
  if (!bands.some((band) => isInBand(band, new Date(now)))) return false;
  const last = latest === undefined ? undefined : timeIn(latest);
  return last === undefined || last + secondsOf(interval!, name) * 1000 < now;
}

/** `Mon,Tue,19,20`: the day and the hour must both be somewhere in it, in any case. */
export function isInBand(band: string, now: Date): boolean {
  const text = band.toLowerCase();
  const hour = String(now.getHours()).padStart(2, '0');
  return text === 'always' || (text.includes(DAYS[now.getDay()]!) && text.includes(hour));
}

/** The interval `20h`. Throws EINVAL for what is none. */
export function secondsOf(interval: string, client: string): number {
  const match = /^(\d{1,9})([smhdwn])/.exec(interval);
  if (!match) throw new StoreError('EINVAL', `timer_arg ${interval} of ${client} is no interval such as 20h`);
  return Number(match[1]) * UNITS[match[2]!]!;
}

async function wasOrdered({ directory, name }: ClientFile): Promise<boolean> {
  const order = `${directory}/${name}/backup`;
  const found = await ifThere(lstat(order));
  if (!found?.isFile()) return false;
  await unlink(order);
  return true;
}

async function scriptSaysYes(client: ClientFile, script: string): Promise<boolean> {
  const { directory, name, timerArgs } = client;
  const args = [name, `${directory}/${name}/current`, directory, 'reserved1', 'reserved2', ...timerArgs];
  try {
    await run(script, args, { timeout: SCRIPT_LIMIT });
    return true;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (typeof code === 'number') return false;
    throw new StoreError('EIO', `timer_script ${script} failed (${String(code)})`);
  }
}
