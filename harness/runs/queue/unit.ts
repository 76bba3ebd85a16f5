import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { RunEvent, StartEvent } from '../../../reports/events.ts';

/** What the result of a run hangs on: two machines that differ in it explore different things. */
export interface Origin {
  /** Of blackout. */
  readonly version: string;
  /** Of the project, with `+` if files differ from it; null if it is in no repository. */
  readonly commit: string | null;
  /** See `sourcesDigest`. */
  readonly sources: string;
  /** A sum over the list of runs and their plans. */
  readonly runs: string;
}

/**
 * One run of many, for whoever is free: what is to be explored is said as it was on the command line, and planned again
 * where it is done, so that it means the files there.
 */
export interface Unit {
  /** The whole that it is part of. */
  readonly whole: string;
  /** The number of the run in it. */
  readonly index: number;
  readonly settings: readonly string[];
  readonly shard: StartEvent['shard'];
  readonly origin: Origin;
}

/** How a unit came out: its events, as `packed`; or why it could not be done, which is the same wherever it is tried. */
export type UnitResult =
  | { readonly events: string; readonly asked: string }
  | { readonly failed: string; readonly isBadArgument: boolean };

/** What a unit is left with when its worker is told to stop. */
export const GIVEN_BACK = 'given back';

/** What whoever waits for units says now and then. */
export interface Waiting {
  /** Who waits: a command that goes on with the run of another is another. */
  readonly asked: string;
  /** Milliseconds until the budget is spent. */
  readonly left: number;
  /** Units that are not done. */
  readonly units: number;
  /** Nobody waits any more. */
  readonly over: boolean;
}

/** @param events the first of a run: its start, and the list of its runs */
export function originOf(events: readonly RunEvent[]): Origin {
  const [start, ...runs] = events as readonly [StartEvent, ...RunEvent[]];
  const { commit, sources, tool } = start;
  return {
    version: tool.version,
    commit: commit && `${commit.hash}${commit.dirty ? '+' : ''}`,
    sources: sources ?? '',
    runs: digest(runs),
  };
}

/** The name of a whole run: it stays the same when it is gone on with. */
export function wholeOf(events: readonly RunEvent[]): string {
  return digest(events).slice(0, 24);
}

export function unitId(whole: string, index: number): string {
  return `${whole}-${index}`;
}

/** In what a machine differs from what is asked for; undefined if it does not. */
export function differenceOf(here: Origin, asked: Origin): string | undefined {
  if (here.version !== asked.version) return `it has blackout ${here.version}, and not ${asked.version}`;
  // Without a repository there is still the sum over the sources.
  if (here.commit !== null && asked.commit !== null && here.commit !== asked.commit)
    return `it has commit ${short(here.commit)}, and not ${short(asked.commit)}`;
  if (here.sources !== asked.sources)
    return 'its scenarios, or what they are made of, are others than those of the run';
  return here.runs === asked.runs ? undefined : 'its list of scenarios, or their plans, is another';
}

function short(commit: string): string {
  return `${commit.slice(0, 12)}${commit.endsWith('+') ? ' with changes' : ''}`;
}

/** Events as a text that is a small part of theirs. */
export function packed(events: readonly RunEvent[]): string {
  return gzipSync(JSON.stringify(events)).toString('base64');
}

export function unpacked(text: string): readonly RunEvent[] {
  return JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString()) as readonly RunEvent[];
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
