import type { Core } from '../core/core.ts';
import { PowerCut } from '../errors.ts';
import type { About } from '../facade/turns.ts';

/** What a volume's calls have in common: the disk, and the loop that says when an asynchronous call has its turn. */
export interface Host {
  readonly core: Core;
  /**
   * Runs a task after everything that the program has in hand: the code that called, `process.nextTick`, microtasks.
   * First in, first out, unless whoever knows what the task is about decides otherwise. What the task throws is nobody's to catch: it is an uncaught exception of the program.
   */
  readonly defer: (task: () => void, about?: About) => void;
  /** Whether nothing else waits for its turn, so that what takes several turns may as well take them at once. */
  readonly isAlone: () => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Names for `mkdtemp`, which Node takes from chance. */
  readonly names: { next: number };
}

/** What is done once the arguments are known to be good: at once, or in steps between which others have their turn. */
export type Work<T = unknown> = () => T | Generator<void, T, void>;

/** A call in all its forms: checks the arguments as Node does before it asks the system, and says what to do then. */
export interface Call {
  /** How many arguments there may be before a callback. */
  readonly arity: number;
  readonly prepare: (host: Host, ...args: unknown[]) => Work;
  /** What a callback gets after the error, if not the result alone. */
  readonly results?: (result: unknown, args: readonly unknown[]) => readonly unknown[];
}

function isSteps(value: unknown): value is Generator<void, unknown, void> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value && 'throw' in value;
}

/** All of the work at once. */
export function finish(work: Work): unknown {
  const begun = work();
  if (!isSteps(begun)) return begun;
  for (;;) {
    const step = begun.next();
    if (step.done === true) return step.value;
  }
}

/** What a call is about, for whoever decides which of several goes first. */
export function aboutCall(call: string, [first, second]: readonly unknown[]): About {
  const path = typeof first === 'string' ? { path: first } : {};
  const fd = typeof first === 'number' ? { fd: first } : {};
  return {
    call,
    ...path,
    ...fd,
    ...(typeof second === 'string' && TWO_PATHS.has(call) ? { to: second } : {}),
  };
}

const TWO_PATHS = new Set(['rename', 'link', 'symlink', 'copyFile', 'cp']);

/**
 * The work, each of its steps in a turn of its own. After a power cut neither of the two is ever called: a program
 * without power can't handle anything.
 */
export function inTurns(
  host: Host,
  work: Work,
  resolve: (result: unknown) => void,
  reject: (error: unknown) => void,
  about: About = SOMETHING,
): void {
  let steps: Generator<void, unknown, void> | undefined;
  const turn = (): void => {
    let result: unknown;
    try {
      const begun = steps ?? work();
      if (isSteps(begun)) {
        steps = begun;
        let step = begun.next();
        while (step.done !== true && host.isAlone()) step = begun.next();
        if (step.done !== true) return host.defer(turn, about);
        result = step.value;
      } else result = begun;
    } catch (error) {
      if (!(error instanceof PowerCut)) reject(error);
      return;
    }
    if (!host.core.dead) resolve(result);
  };
  host.defer(turn, about);
}

const SOMETHING: About = { call: 'call' };
