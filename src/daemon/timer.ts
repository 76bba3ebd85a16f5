import { execFile } from 'node:child_process';
import { lstat, unlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { ClientFile } from '../config/client-config.ts';
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
  if (client.timerScript !== undefined) return scriptSaysYes(client, client.timerScript);
  if (await wasOrdered(client)) return true;
  const [interval, ...bands] = client.timerArgs;
  if (!bands.some((band) => isInBand(band, new Date(now)))) return false;
  const last = latest === undefined ? undefined : timeIn(latest);
  return last === undefined || last + secondsOf(interval!, client.name) * 1000 < now;
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

/** The time in a backup's name, in milliseconds since 1970; undefined if it is not in the default format. */
export function timeIn(name: string): number | undefined {
  const match = /^\d{7} (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?: ([+-]\d\d)(\d\d))?$/.exec(name);
  if (!match) return undefined;
  const [, date, time, hours, minutes] = match;
  // Old versions of Burp wrote no zone: it was the local one.
  return Date.parse(`${date}T${time}${hours === undefined ? '' : `${hours}:${minutes}`}`);
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
