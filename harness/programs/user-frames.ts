import { fileURLToPath } from 'node:url';
import { originalPlace, type Position } from './original-places.ts';
import { shownPath } from './shown-path.ts';

/** Where the tester lies: its frames tell a user nothing. Its own tests play the user. */
const HARNESS = fileURLToPath(new URL('..', import.meta.url));
const ITS_TESTS = /\.test\.[jt]s:|\/testing\//;
/** `at f (/x/y.js:1:2)`, `at file:///x/y.js:1:2` or, of one without a name that waited, `at async /x/y.js:1:2`. */
const FRAME =
  /^\s*at (?:(?<what>.*) \(|async )?(?<where>(?:file:\/\/|\/|[A-Za-z]:[\\/]).*):(?<line>\d+):(?<column>\d+)\)?$/;

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
  const { what, place } = frame;
  const shown = `${place.file}:${place.line}:${place.column}`;
  return what === undefined ? `at ${shown}` : `at ${what} (${shown})`;
}

/** One line of a stack. */
export interface Frame {
  /** The function, if it has a name; with `async` in front if it waited. */
  readonly what: string | undefined;
  /** In the file that somebody wrote, named relative to the working directory where it lies in it. */
  readonly place: Position;
  /** In the form that was run. */
  readonly run: Position;
  readonly ofTester: boolean;
  /** It is not what called: it waits for what it has called before. */
  readonly waits: boolean;
}

/** Undefined for a line that is no frame of a file. */
export function readFrame(text: string): Frame | undefined {
  const { what, where, line, column } = FRAME.exec(text)?.groups ?? {};
  if (where === undefined) return undefined;
  const file = where.startsWith('file://') ? fileURLToPath(where) : where;
  const run = { file, line: Number(line), column: Number(column) };
  const ofTester = file.startsWith(HARNESS) && !ITS_TESTS.test(`${file}:`);
  const place = ofTester ? run : originalPlace(run);
  const waits = /^\s*at async /.test(text);
  return { what, place: { ...place, file: shownPath(place.file) }, run, ofTester, waits };
}
