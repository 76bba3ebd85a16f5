import type { Clock } from '../ports/clock.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;

/** A time as Burp writes it, in the local time of a clock; now if no time is given. */
export function timestampOf(clock: Clock, milliseconds: number = clock.now()): string {
  return formatTimestamp(milliseconds, clock.zone?.(milliseconds));
}

/**
 * A time, in milliseconds since 1970, as Burp writes it so many minutes ahead of UTC: `2026-11-23 03:49:13 +0100`.
 * Computed here, because the storage engine has no clock but the one that it is given, not even by way of `Date`.
 */
export function formatTimestamp(utc: number, zone = 0): string {
  const milliseconds = utc + zone * MINUTE;
  const days = Math.floor(milliseconds / DAY);
  const seconds = Math.floor((milliseconds - days * DAY) / 1000);
  const { year, month, day } = dateOf(days);
  const time = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)} ${time.map((part) => pad(part, 2)).join(':')} ${zoneOf(zone)}`;
}

/** `+0100`; -0 minutes are +0000. */
function zoneOf(minutes: number): string {
  const length = Math.abs(Math.trunc(minutes));
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(length / 60), 2)}${pad(length % 60, 2)}`;
}

/** The date of a day counted from 1970-01-01, in years that begin in March, so that the leap day comes last. */
function dateOf(days: number): { year: number; month: number; day: number } {
  const fromMarch = days + 719_468; // since 0000-03-01
  const era = Math.floor(fromMarch / 146_097); // 400 years each
  const dayOfEra = fromMarch - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, '0');
}
