import { Unfollowed } from './unfollowed.ts';

/** A page of a mapped file, as it was when it was looked at. */
export interface SeenPage {
  /** Which file of those that are watched. */
  readonly file: string;
  readonly index: number;
  /** Shorter than a page only at the file's end. */
  readonly bytes: Uint8Array;
}

/** One system call of one thread, as strace wrote it. */
export interface Call {
  readonly pid: number;
  readonly name: string;
  /** The arguments as text. */
  readonly args: string;
  /** What it returned, as text: a number, a descriptor with its path, or `-1 ENOENT (...)`. */
  readonly result: string;
  /** Where in the trace the thread entered the kernel, and where it was seen to come back. */
  readonly entered: number;
  readonly left: number;
  /** It has mapped this file, which was looked at from then on. */
  readonly mapped?: string;
  /** `looked`, which is no call: pages of mapped files, as they were found. */
  readonly pages?: readonly SeenPage[];
}

/** `?` is a call that never came back, or that was begun anew. */
export function hasFailed({ result }: Call): boolean {
  return result.startsWith('-1') || result.startsWith('?');
}

/** What a trace holds: calls in the order in which they came back, births of threads, and who ended. */
export interface Trace {
  readonly calls: readonly Call[];
  /** By thread: who made it, with which flags, and where its first line is. */
  readonly births: ReadonlyMap<number, Birth>;
  /** By thread: the line where it ended. */
  readonly ends: ReadonlyMap<number, number>;
  /** Threads that were not seen to end. */
  readonly alive: readonly number[];
}

export interface Birth {
  readonly parent: number;
  readonly flags: string;
  readonly at: number;
}

/** A line of a thread: its number, and what is said of it. */
export const LINE = /^(\d+) +(.*)$/s;
export const RESUMED = /^<\.\.\. (\w+) resumed>/;
export const UNFINISHED = ' <unfinished ...>';
const BIRTHS = /^(?:clone3?|v?fork)$/;

interface Open {
  readonly name: string;
  readonly text: string;
  readonly entered: number;
}

/** Reads what strace wrote. @throws Unfollowed if a line can't be read: then anything may be missing */
export function readTrace(text: string): Trace {
  const calls: Call[] = [];
  const open = new Map<number, Open>();
  const first = new Map<number, number>();
  const alive = new Set<number>();
  const ends = new Map<number, number>();
  let at = 0;
  for (const line of text.split('\n')) {
    at++;
    if (line === '') continue;
    const [, id, rest] = LINE.exec(line) ?? [];
    if (rest === undefined) throw unreadable(line);
    const pid = Number(id);
    if (rest.startsWith('+++ ')) {
      alive.delete(pid);
      ends.set(pid, at);
      open.delete(pid);
      continue;
    }
    if (rest.startsWith('--- ')) continue;
    alive.add(pid);
    if (!first.has(pid)) first.set(pid, at);
    if (rest.endsWith(UNFINISHED)) {
      const text = rest.slice(0, -UNFINISHED.length);
      open.set(pid, { name: nameOf(text, line), text, entered: at });
      continue;
    }
    const resumed = RESUMED.exec(rest);
    if (!resumed) {
      calls.push(callOf(pid, rest, at, at, line));
      continue;
    }
    const begun = open.get(pid);
    open.delete(pid);
    // A thread that runs another program comes back as its process.
    const text = begun ? begun.text : `${resumed[1]}(`;
    if (!begun && resumed[1] !== 'execve') throw unreadable(line);
    calls.push(callOf(pid, text + rest.slice(resumed[0].length), begun?.entered ?? at, at, line));
  }
  return { calls, births: birthsOf(calls, first), ends, alive: [...alive] };
}

function birthsOf(calls: readonly Call[], first: ReadonlyMap<number, number>): Map<number, Birth> {
  const births = new Map<number, Birth>();
  for (const { name, args, result, pid, left } of calls) {
    if (!BIRTHS.test(name)) continue;
    const child = Number.parseInt(result, 10);
    if (!(child > 0)) continue;
    if (births.has(child)) throw new Unfollowed(`process number ${child} was given out twice`);
    births.set(child, { parent: pid, flags: args, at: Math.min(first.get(child) ?? left, left) });
  }
  return births;
}

function callOf(pid: number, text: string, entered: number, left: number, line: string): Call {
  const name = nameOf(text, line);
  const equals = text.lastIndexOf(' = ');
  const head = text.slice(0, equals).trimEnd();
  if (equals < 0 || !head.endsWith(')')) throw unreadable(line);
  return { pid, name, args: head.slice(name.length + 1, -1), result: text.slice(equals + 3), entered, left };
}

function nameOf(text: string, line: string): string {
  const end = text.indexOf('(');
  if (end <= 0) throw unreadable(line);
  return text.slice(0, end);
}

function unreadable(line: string): Unfollowed {
  return new Unfollowed(`a line of the trace can't be read: ${line.slice(0, 100)}`);
}
