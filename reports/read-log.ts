import { EventChecker } from './check-events.ts';
import type { EventOf, RunEvent, StartEvent } from './events.ts';
import { linesOf, parseLine } from './parse-line.ts';
import { NoReport } from './read-events.ts';
import { Sums } from './sums.ts';

/** What a run had come to when its log was last written to. */
export interface Progress {
  readonly start: StartEvent;
  /** All runs that there were to be. */
  readonly runs: readonly EventOf<'run'>[];
  /** Of the runs that had been explored and told to their end, all events but `run`, in the order in which they ended. */
  readonly done: ReadonlyMap<number, readonly RunPart[]>;
  /** How the command ended; undefined if it had not, or something is left to do. */
  readonly end: EventOf<'end'> | undefined;
}

type RunPart = Exclude<RunEvent, { type: 'start' | 'end' | 'run' | 'damage' }>;

/**
 * Reads a log for what can be relied on: its records up to the first that is not whole. Whatever comes after that, even if it
 * looks well, was not known to be on the disk when the machine stopped.
 *
 * @throws NoReport if not even its first record is whole
 */
export function readLog(bytes: Uint8Array): Progress {
  const events = wholeRecords(bytes);
  const start = events[0];
  if (start?.type !== 'start') throw new NoReport('it has no record that is whole');
  const parts = new Map<number, RunPart[]>();
  const done = new Map<number, readonly RunPart[]>();
  for (const event of events) {
    if (event.type === 'start' || event.type === 'end' || event.type === 'run' || event.type === 'damage')
      continue;
    const own = parts.get(event.run) ?? [];
    parts.set(event.run, own);
    own.push(event);
    // One that had to end early has not told what it would have.
    if (event.type === 'run-end' && event.late === undefined) done.set(event.run, own);
  }
  const runs = events.filter((event) => event.type === 'run');
  const end = events.find((event) => event.type === 'end');
  return { start, runs, done, end: done.size === runs.length ? end : undefined };
}

function wholeRecords(bytes: Uint8Array): readonly RunEvent[] {
  const sums = new Sums();
  const checker = new EventChecker();
  const whole: RunEvent[] = [];
  let record: RunEvent[] = [];
  for (const line of linesOf(bytes)) {
    const read = line.ended ? parseLine(line.bytes, true) : { wrong: 'it is cut off' };
    if ('wrong' in read) return whole;
    if ('sum' in read) {
      if (!sums.fits(read.sum)) return whole;
      whole.push(...record);
      record = [];
    } else {
      if (checker.check(read.event) !== undefined) return whole;
      // As it was written, to the order of its keys: what is told again is to be the same to the byte.
      record.push(JSON.parse(read.text) as RunEvent);
    }
    sums.add(line.bytes);
    sums.add('\n');
  }
  return whole;
}
