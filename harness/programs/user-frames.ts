import { fileURLToPath } from 'node:url';
import { shownPath } from './shown-path.ts';

/** Where the tester lies: its frames tell a user nothing. Its own tests play the user. */
const HARNESS = fileURLToPath(new URL('..', import.meta.url));
const ITS_TESTS = /\.test\.[jt]s:|\/testing\//;
/** `at f (/x/y.js:1:2)` or `at file:///x/y.js:1:2`. */
const FRAME = /^\s*at (?:(?<what>.*) \()?(?<where>(?:file:\/\/|\/|[A-Za-z]:[\\/]).*:\d+:\d+)\)?$/;

/**
 * The frames of an error that are the user's, one a line, paths relative to the working directory where they lie in
 * it; undefined if there are none.
 */
export function userFrames(error: unknown): string | undefined {
  const stack = (error as { stack?: unknown } | null | undefined)?.stack;
  if (typeof stack !== 'string') return undefined;
  const lines = stack.split('\n').flatMap((line) => frameOf(line) ?? []);
  return lines.length > 0 ? lines.join('\n') : undefined;
}

function frameOf(line: string): string | undefined {
  const frame = readFrame(line);
  if (!frame || frame.ofTester) return undefined;
  const { what, shown } = frame;
  return what === undefined ? `at ${shown}` : `at ${what} (${shown})`;
}

/** One line of a stack. */
export interface Frame {
  /** The function, if it has a name; with `async` in front if it waited. */
  readonly what: string | undefined;
  /** With line and column, relative to the working directory where it lies in it. */
  readonly shown: string;
  readonly ofTester: boolean;
}

/** Undefined for a line that is no frame of a file. */
export function readFrame(line: string): Frame | undefined {
  const { what, where } = FRAME.exec(line)?.groups ?? {};
  if (where === undefined) return undefined;
  const path = where.startsWith('file://') ? fileURLToPath(where) : where;
  const shown = shownPath(path);
  return { what, shown, ofTester: path.startsWith(HARNESS) && !ITS_TESTS.test(path) };
}
