import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CommanderError } from 'commander';
import { EVENT_FILE } from '../../reports/event-file.ts';
import type { RunEvent, StartEvent } from '../../reports/events.ts';
import { NoReport } from '../../reports/read-events.ts';
import { readLog, type Progress } from '../../reports/read-log.ts';
import { escapeText } from '../../reports/text.ts';
import { BadArgument } from '../runs/bad-argument.ts';
import type { RunOptions } from '../runs/plan.ts';
import { settingsOf } from '../runs/settings.ts';
import { parseSettings } from './run-arguments.ts';

/** What is to be explored: names and modules, and what the command line says of them. */
export interface Asked {
  readonly scenarios: readonly string[];
  readonly options: RunOptions;
}

/** @throws BadArgument if no run was begun in a folder: it is not to be made then */
export async function demandBegun(shown: string, cwd: string): Promise<void> {
  const there = await stat(logIn(shown, cwd)).catch(() => undefined);
  if (!there) throw cant(shown, NOT_BEGUN);
}

const NOT_BEGUN = 'no run was begun there';

function logIn(shown: string, cwd: string): string {
  return join(resolve(cwd, shown), EVENT_FILE);
}

/**
 * What the run in a report folder had come to. Its folder must be this command's own by now.
 * @param shown the folder, as the user named it
 * @throws BadArgument if there is no log to go on from
 */
export async function progressIn(shown: string, cwd: string): Promise<Progress> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(logIn(shown, cwd));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw cant(shown, NOT_BEGUN);
    throw cant(shown, `its ${EVENT_FILE} can't be read (${code ?? String(error)})`);
  }
  let progress: Progress;
  try {
    progress = readLog(bytes);
  } catch (error) {
    if (!(error instanceof NoReport)) throw error;
    throw cant(shown, `its ${EVENT_FILE} is no log of a run: ${error.message}`);
  }
  if (progress.start.shards !== undefined) throw cant(shown, 'its report was put together from shards');
  return progress;
}

/**
 * What the run was begun with. Whoever says it again must say the same.
 * @throws BadArgument if something else is asked for
 */
export function askedAgain(shown: string, { start }: Progress, now: Asked): Asked {
  const given = settingsOf(now.scenarios, now.options);
  const { shard } = now.options;
  const before = words(start.settings, start.shard);
  if (given.length > 0 || shard !== undefined) {
    const asked = words(given, shard ?? null);
    if (asked !== before) {
      const begun = before === '' ? 'with no arguments' : `with "${before}"`;
      throw cant(shown, `it was begun ${begun}, and not with "${asked}"; say the same, or nothing`, '');
    }
  }
  try {
    const { scenarios, options } = parseSettings(start.settings);
    return { scenarios, options: { ...options, ...(start.shard ? { shard: start.shard } : {}) } };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw cant(shown, `what it was begun with, "${before}", is not known here`);
  }
}

function words(settings: readonly string[], shard: StartEvent['shard']): string {
  return [...settings, ...(shard ? ['--shard', `${shard.index}/${shard.count}`] : [])].join(' ');
}

/**
 * Sees to it that what would be explored now is what was begun: results of two versions of a program are no result.
 * @param now the first events of the run, as it would begin now
 * @throws BadArgument with what has changed
 */
export function demandUnchanged(shown: string, { start, runs }: Progress, now: readonly RunEvent[]): void {
  const [own] = now as readonly [StartEvent];
  const changed =
    different('the version of blackout', start.tool.version, own.tool.version) ??
    different('the commit', commitText(start), commitText(own)) ??
    (start.sources === own.sources ? undefined : 'the code of its scenarios, or what they are made of') ??
    (isDeepStrictEqual(runs, asRead(now.slice(1))) ? undefined : 'the list of its scenarios, or their plans');
  if (changed !== undefined) throw cant(shown, `${changed} has changed since it was begun`);
}

function different(what: string, before: string, after: string): string | undefined {
  return before === after ? undefined : `${what} (${before}, now ${after})`;
}

function commitText({ commit }: StartEvent): string {
  if (commit === null) return 'none';
  return `${commit.hash.slice(0, 12)}${commit.dirty ? ' with changes' : ''}`;
}

/** Events as they come out of a file: without what is undefined. */
function asRead(events: readonly RunEvent[]): unknown {
  return JSON.parse(JSON.stringify(events));
}

function cant(shown: string, why: string, advice = '; begin anew, without --resume'): BadArgument {
  return new BadArgument(`--resume ${escapeText(shown)}: ${escapeText(why)}${advice}`);
}
