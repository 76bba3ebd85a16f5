import type { FileSystem } from '../ports/file-system.ts';
import { ifThere } from './errors.ts';
import { TIMESTAMP } from './layout.ts';

const DEFAULT = /^\d{7} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?: [+-]\d{4})?$/;

/** Whether a line or a name has its time in the default format; old versions of Burp wrote no zone. */
export function isInDefaultFormat(line: string): boolean {
  return DEFAULT.test(line);
}

/**
 * What a backup's `timestamp` says, which is what clients are shown: its name; or if that follows a `timestamp_format`,
 * the same number with the time in the default format, as Burp has it. Undefined if the file says neither.
 */
export async function stampOf(fs: FileSystem, directory: string, name: string): Promise<string | undefined> {
  const bytes = await ifThere(fs.readFile(`${directory}/${TIMESTAMP}`));
  const line = bytes && Buffer.from(bytes).toString('latin1').trimEnd();
  return line !== undefined && (line === name || isStampOfOther(line, name)) ? line : undefined;
}

/** The line by which clients know a backup. */
export async function lineOf(fs: FileSystem, directory: string, name: string): Promise<string> {
  return isInDefaultFormat(name) ? name : ((await stampOf(fs, directory, name)) ?? name);
}

/** Backups of a client, each with that line. */
export async function withLines<T extends { readonly name: string }>(
  fs: FileSystem,
  root: string,
  backups: readonly T[],
): Promise<(T & { line: string })[]> {
  const known: (T & { line: string })[] = [];
  for (const one of backups) known.push({ ...one, line: await lineOf(fs, `${root}/${one.name}`, one.name) });
  return known;
}

function isStampOfOther(line: string, name: string): boolean {
  return !isInDefaultFormat(name) && isInDefaultFormat(line) && line.slice(0, 8) === name.slice(0, 8);
}
