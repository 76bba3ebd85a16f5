import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EVENT_FILE } from '../../../reports/event-file.ts';
import type { RunEvent } from '../../../reports/events.ts';
import { foldEvents, type ReportModel } from '../../../reports/model.ts';
import { NoReport, readEvents } from '../../../reports/read-events.ts';
import { escapeText } from '../../../reports/text.ts';
import { BadArgument } from '../bad-argument.ts';

/** A file of events, as it was found and read. */
export interface FoundEvents {
  readonly path: string;
  /** As the user would name it, escaped. */
  readonly shown: string;
  readonly events: readonly RunEvent[];
  readonly model: ReportModel;
}

/**
 * Reads the files that an argument names: a file of events, a report folder, or a folder of report folders, which is
 * what CI makes of the shards' artifacts.
 *
 * @throws BadArgument if there is none, or one can't be read
 */
export async function findEvents(argument: string, cwd: string): Promise<readonly FoundEvents[]> {
  const kind = await kindOf(resolve(cwd, argument));
  if (kind === undefined) throw new BadArgument(`there is no ${escapeText(argument)}`);
  if (kind === 'file') return [await read(argument, cwd)];
  const own = join(argument, EVENT_FILE);
  if ((await kindOf(resolve(cwd, own))) === 'file') return [await read(own, cwd)];
  const names = (await readdir(resolve(cwd, argument))).sort();
  const found: FoundEvents[] = [];
  for (const name of names) {
    const inner = join(argument, name, EVENT_FILE);
    if ((await kindOf(resolve(cwd, inner))) === 'file') found.push(await read(inner, cwd));
  }
  if (found.length > 0) return found;
  throw new BadArgument(`${escapeText(argument)} holds no ${EVENT_FILE}, nor does a folder in it`);
}

async function kindOf(path: string): Promise<'file' | 'directory' | undefined> {
  return await stat(path).then(
    (found) => (found.isDirectory() ? 'directory' : 'file'),
    () => undefined,
  );
}

async function read(path: string, cwd: string): Promise<FoundEvents> {
  const shown = escapeText(path);
  const full = resolve(cwd, path);
  try {
    const { events } = readEvents(await readFile(full));
    return { path: full, shown, events, model: foldEvents(events) };
  } catch (error) {
    if (error instanceof NoReport) throw new BadArgument(`${shown}: ${error.message}`);
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new BadArgument(`${shown} can't be read (${code})`);
  }
}
