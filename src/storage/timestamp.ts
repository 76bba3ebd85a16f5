import type { Clock } from '../ports/clock.ts';
import { type Moment, formatMoment, isTimeFormat, momentAt } from './time-format.ts';

/** How Burp writes times if nobody says otherwise. */
export const TIMESTAMP_FORMAT = '%Y-%m-%d %H:%M:%S %z';

/** Characters. A name has 255 bytes at most, and `damaged-` or the client's name comes before it in some places. */
const LONGEST_TIME = 100;
const A_WEDNESDAY_IN_SEPTEMBER = 1_790_806_942_000;

/** Whether all that a format gives can follow the number in a backup's name, and is read there as it was written. */
export function isTimestampFormat(format: string): boolean {
  if (!isTimeFormat(format)) return false;
  // No day and no month has a longer name.
  const longest = formatMoment(format, momentAt(A_WEDNESDAY_IN_SEPTEMBER));
  // A timestamp is read without blanks at its end, so a name must not have any.
  return longest.length <= LONGEST_TIME && /^[!-.0-~](?:[ -.0-~]*[!-.0-~])?$/.test(longest);
}

/** A time as Burp writes it, in the local time of a clock; now if no time is given. */
export function timestampOf(clock: Clock, milliseconds: number = clock.now()): string {
  return formatMoment(TIMESTAMP_FORMAT, localMoment(clock, milliseconds));
}

/** The moment in the local time of a clock; now if no time is given. */
export function localMoment(clock: Clock, milliseconds: number = clock.now()): Moment {
  return momentAt(milliseconds, clock.zone?.(milliseconds));
}
