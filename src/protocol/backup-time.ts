/** The time in a backup's timestamp line, in milliseconds since 1970; undefined if it is not in the default format. */
export function timeIn(name: string): number | undefined {
  const match = /^\d{7} (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?: ([+-]\d\d)(\d\d))?$/.exec(name);
  if (!match) return undefined;
  const [, date, time, hours, minutes] = match;
  // Old versions of Burp wrote no zone: it was the local one.
  return Date.parse(`${date}T${time}${hours === undefined ? '' : `${hours}:${minutes}`}`);
}
