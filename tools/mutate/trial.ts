import { type Ended, run } from './command.ts';
import type { Fate } from './ledger.ts';
import { SCENARIOS, SLOW_TESTS, STEPS, testsFor } from './nearest.ts';

/** One attempt to catch a mutant. `limit`: seconds of processor time that it has. */
export interface Trap {
  readonly name: 'tests' | 'run';
  readonly command: readonly string[];
  readonly limit: number;
}

/** Seconds of processor time: none needs half of it without a mistake. */
const LIMIT = 120;

/** How many others may want the processor at the same time. */
const TURNS = 10;

const VITEST = ['node', 'node_modules/vitest/vitest.mjs', 'run', '--project', 'alone', '--bail', '1'];
/** Cuts alone: kills are what a slow test is about. */
const BLACKOUT = ['node', 'bin/blackout.js', 'run', '--model', 'posix', '--bail', '1', '--deaths', 'cut'];

/** Quick tests first, then scenarios, then what takes longest. */
export function trapsFor(file: string): readonly Trap[] {
  const tests = (which: readonly string[]): Trap => ({
    name: 'tests',
    command: [...VITEST, ...which],
    limit: LIMIT,
  });
  const how = ['--reporter', 'terminal', '--budget', `${LIMIT * TURNS}s`];
  const run: Trap = { name: 'run', command: [...BLACKOUT, ...SCENARIOS, ...how], limit: LIMIT };
  return [tests(STEPS), tests(testsFor(file)), run, tests(SLOW_TESTS)];
}

export interface Outcome {
  readonly fate: Exclude<Fate, 'equivalent'>;
  readonly by?: string;
  readonly seconds: number;
}

/**
 * Goes from trap to trap until one of them has it. One that is late has caught nothing: it may only be slow. `prepare` is
 * called before each.
 */
export async function tryAll(
  traps: readonly Trap[],
  place: string,
  prepare: (trap: Trap) => Promise<void> = async () => {},
): Promise<Outcome> {
  let seconds = 0;
  let isLate = false;
  for (const trap of traps) {
    await prepare(trap);
    const ended = await run(trap.command, place, trap.limit);
    seconds += ended.seconds;
    if (hasCaught(trap, ended)) return { fate: 'caught', by: trap.name, seconds };
    isLate ||= ended.code === undefined;
  }
  return { fate: isLate ? 'timeout' : 'survived', seconds };
}

/** 2 says that less was explored than asked for, which is no verdict; all else but 0 is one, or a broken engine. */
function hasCaught({ name }: Trap, { code }: Ended): boolean {
  return code !== undefined && code !== 0 && !(name === 'run' && code === 2);
}
