import type { Choices } from '../persistence/choices.ts';
import type { Recipe } from './drive.ts';

/** How many commands the drive had been given when an op began, and when it had returned. */
export interface Span {
  readonly began: number;
  readonly returned: number;
}

/** A crash state to look at, and the crash points, as observation files name them, at which the power may leave it. */
export interface Candidate {
  readonly recipe: Recipe;
  readonly points: readonly string[];
}

/** A recipe is a name of a file, and those are short. */
const LOST_MAX = 24;

/**
 * Crash states of a recorded life, at most so many: after each op, after each of the writes that the drive was given, and
 * without some of the pages that no flush had made durable by then.
 *
 * @param start how long the record was before the first op; @param end and when recording was over
 */
export function candidates(
  log: readonly (number | null)[],
  spans: readonly Span[],
  start: number,
  end: number,
  most: number,
  choices: Choices,
): readonly Candidate[] {
  const lengths = Array.from({ length: end - start + 1 }, (_, i) => start + i);
  const writes = lengths.filter((length) => length === start || log[length - 1] !== null);
  const marks = new Set(
    [start, end, ...spans.map(({ returned }) => returned)].map((length) => written(log, length, start)),
  );
  const others = shuffled(
    writes.filter((length) => !marks.has(length)),
    choices,
  );
  const whole = [...marks, ...others].slice(0, Math.max(1, Math.ceil((most * 2) / 3)));
  const found: Candidate[] = whole.map((length) => ({
    recipe: { length, lost: [] },
    points: pointsOf(length, sameUntil(log, length, end), spans, start, end),
  }));
  for (let tries = 0; found.length < most && tries < 2 * most; tries++) {
    const length = writes[choices.choose(writes.length)]!;
    const lost = someOf(unflushed(log, length), choices);
    if (lost.length > 0)
      found.push({ recipe: { length, lost }, points: pointsOf(length, length, spans, start, end) });
  }
  return found.filter(({ points }) => points.length > 0);
}

/** The shortest record with the same content: a flush changes nothing that a drive holds. */
function written(log: readonly (number | null)[], length: number, start: number): number {
  let at = length;
  while (at > start && log[at - 1] === null) at--;
  return at;
}

/** The longest record with the same content. */
function sameUntil(log: readonly (number | null)[], length: number, end: number): number {
  let at = length;
  while (at < end && log[at] === null) at++;
  return at;
}

/** Where the power may go while the record is so long: between `length` and `last`. */
function pointsOf(
  length: number,
  last: number,
  spans: readonly Span[],
  start: number,
  end: number,
): readonly string[] {
  const points: string[] = [];
  for (let k = 0; k <= spans.length; k++) {
    const span = spans[k - 1];
    if (span && span.began < length && length < span.returned) points.push(`during${k}`);
    const [from, to] = [span?.returned ?? start, spans[k]?.began ?? end];
    if (from <= last && length <= to) points.push(`${k}`);
  }
  return points;
}

/** Pages of writes that the drive may still have in its cache: those since the last flush. */
function unflushed(log: readonly (number | null)[], length: number): Recipe['lost'] {
  const first = log.slice(0, length).lastIndexOf(null) + 1;
  return log
    .slice(first, length)
    .flatMap((pages, i) => Array.from({ length: pages ?? 0 }, (_, part) => ({ index: first + i, part })));
}

/** One of them, all but one, or any: at most as many as a recipe takes. */
function someOf(pages: Recipe['lost'], choices: Choices): Recipe['lost'] {
  if (pages.length === 0) return [];
  const one = choices.choose(pages.length);
  const kind = choices.choose(3);
  const lost = pages.filter((_, i) =>
    kind === 0 ? i === one : kind === 1 ? i !== one : choices.choose(2) === 0,
  );
  return lost.slice(0, LOST_MAX);
}

function shuffled<T>(all: readonly T[], choices: Choices): readonly T[] {
  const left = [...all];
  return all.map(() => left.splice(choices.choose(left.length), 1)[0]!);
}
