const DAY = 86_400_000;
const MINUTE = 60_000;

/** A moment as calendars and clocks of one zone show it. */
export interface Moment {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** Of the month, from 1. */
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** From 0, which is Sunday. */
  readonly weekday: number;
  /** From 0. */
  readonly dayOfYear: number;
  /** Minutes ahead of UTC. */
  readonly zone: number;
  /** Seconds since 1970, UTC. */
  readonly epoch: number;
}

/**
 * A time, in milliseconds since 1970, so many minutes ahead of UTC. Computed here, because the storage engine has no
 * clock but the one that it is given, not even by way of `Date`.
 */
export function momentAt(utc: number, zone = 0): Moment {
  const milliseconds = utc + zone * MINUTE;
  const days = Math.floor(milliseconds / DAY);
  const seconds = Math.floor((milliseconds - days * DAY) / 1000);
  const date = dateOf(days);
  return {
    ...date,
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    weekday: (((days + 4) % 7) + 7) % 7, // 1970 began on a Thursday
    dayOfYear: days - dayNumber(date.year),
    zone,
    epoch: Math.floor(utc / 1000),
  };
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

/** strftime's conversions, with the names of the C locale. Those that give a `/` or a line's end are no names of files. */
const CONVERSIONS: Readonly<Record<string, (moment: Moment) => string>> = {
  a: ({ weekday }) => DAYS[weekday]!.slice(0, 3),
  A: ({ weekday }) => DAYS[weekday]!,
  b: ({ month }) => MONTHS[month - 1]!.slice(0, 3),
  B: ({ month }) => MONTHS[month - 1]!,
  c: (moment) => formatMoment('%a %b %e %H:%M:%S %Y', moment),
  C: ({ year }) => pad(Math.floor(year / 100), 2),
  d: ({ day }) => pad(day, 2),
  e: ({ day }) => pad(day, 2, ' '),
  F: (moment) => formatMoment('%Y-%m-%d', moment),
  h: (moment) => formatMoment('%b', moment),
  H: ({ hour }) => pad(hour, 2),
  I: ({ hour }) => pad(hour % 12 || 12, 2),
  j: ({ dayOfYear }) => pad(dayOfYear + 1, 3),
  k: ({ hour }) => pad(hour, 2, ' '),
  l: ({ hour }) => pad(hour % 12 || 12, 2, ' '),
  m: ({ month }) => pad(month, 2),
  M: ({ minute }) => pad(minute, 2),
  p: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  P: ({ hour }) => (hour < 12 ? 'am' : 'pm'),
  r: (moment) => formatMoment('%I:%M:%S %p', moment),
  R: (moment) => formatMoment('%H:%M', moment),
  s: ({ epoch }) => `${epoch}`,
  S: ({ second }) => pad(second, 2),
  T: (moment) => formatMoment('%H:%M:%S', moment),
  u: ({ weekday }) => `${weekday || 7}`,
  U: ({ dayOfYear, weekday }) => pad(Math.floor((dayOfYear + 7 - weekday) / 7), 2),
  w: ({ weekday }) => `${weekday}`,
  W: ({ dayOfYear, weekday }) => pad(Math.floor((dayOfYear + 7 - ((weekday + 6) % 7)) / 7), 2),
  X: (moment) => formatMoment('%H:%M:%S', moment),
  y: ({ year }) => pad(year % 100, 2),
  Y: ({ year }) => pad(year, 4),
  z: ({ zone }) => zoneOf(zone),
  '%': () => '%',
};

/** The letters that may stand behind a `%`. */
export const CONVERSION_LETTERS: readonly string[] = Object.keys(CONVERSIONS);

/** What strftime(3) makes of a format. One with other conversions than these gives no time; `isTimeFormat` tells. */
export function formatMoment(format: string, moment: Moment): string {
  return format.replaceAll(/%(.)/g, (whole, letter: string) => CONVERSIONS[letter]?.(moment) ?? whole);
}

/** Whether all conversions in it are among those above. */
export function isTimeFormat(format: string): boolean {
  return !/%/.test(format.replaceAll(/%(.)/g, (whole, letter: string) => (CONVERSIONS[letter] ? '' : whole)));
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

/** The first of January of a year, in days from 1970-01-01. */
function dayNumber(year: number): number {
  const before = year - 1;
  const leaps = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  return 365 * before + leaps - 719_162;
}

function pad(value: number, length: number, filler = '0'): string {
  return String(value).padStart(length, filler);
}
