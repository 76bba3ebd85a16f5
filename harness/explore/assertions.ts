import { inspect } from 'node:util';
import type { Finding } from '../programs/scenario.ts';
import { userFrames } from '../programs/user-frames.ts';
import { lineDifference } from './line-difference.ts';

/** How much of an assertion is told: of its message in characters, of the comparison of two values in lines. */
const MESSAGE_MAX = 300;
const LINES_MAX = 40;

/** What an assertion of a check says that failed, be it Node's, chai's or vitest's; undefined if it is none. */
export function failedAssertion(error: unknown): Finding | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as { code?: unknown };
  if (code !== 'ERR_ASSERTION' && !error.name.endsWith('AssertionError')) return undefined;
  const stack = userFrames(error);
  const lines = error.message.split('\n').filter((line) => line.trim() !== '');
  // `Expected values to be strictly equal:` says nothing without the one line that follows.
  const [first, ...more] = lines.length === 2 ? [lines.join(' ')] : lines;
  const all = more.length > 0 ? more : compared(error);
  const left = all.length - LINES_MAX;
  const shown = [...all.slice(0, LINES_MAX), ...(left > 0 ? [`... and ${left} more`] : [])];
  return {
    invariant: 'what the check asserts holds',
    message: first?.replace(/:$/, '').slice(0, MESSAGE_MAX) ?? error.name,
    kind: 'corrupt',
    ...(shown.length > 0 ? { difference: shown.join('\n') } : {}),
    ...(stack === undefined ? {} : { stack }),
  };
}

/** The two values that an assertion compared, where they are more than its message can show. */
function compared(error: Error): readonly string[] {
  if (!('expected' in error) || !('actual' in error)) return [];
  const [is, wanted] = [error.actual, error.expected].map(linesOf);
  if (is!.length === 1 && wanted!.length === 1) return [];
  return ['+ actual - expected', ...lineDifference(is!, wanted!)];
}

function linesOf(value: unknown): readonly string[] {
  const text = typeof value === 'string' ? value : inspect(value, { depth: 6, sorted: true });
  return text.split('\n');
}
