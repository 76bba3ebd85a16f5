import type { Core } from '../disk/core/core.ts';

/** How a life ended that nobody cut. */
export type Ending =
  | { readonly type: 'ended' }
  | { readonly type: 'threw'; readonly error: unknown }
  | { readonly type: 'never ended'; readonly why: string };

/** A life that makes no call to the disk for this long, in real milliseconds, waits for something that never comes. */
const SILENCE_MAX_MS = 10_000;

/** Thrown into a program that makes too many calls. It may catch it; its next call never returns. */
class Endless extends Error {
  constructor(callsMax: number) {
    super(`more than ${callsMax} calls to the disk in one life`);
  }
}

interface Supervised {
  calls: number;
  /** The number of calls at the last look. */
  seen: number;
  readonly giveUp: () => void;
}

const running = new Set<Supervised>();
let timer: NodeJS.Timeout | undefined;

/**
 * Runs a program to its end and says how it ended. A loop without end is stopped by its number of calls, which is
 * the same on every machine; one that waits for ever without a call, by real time. The latter is the only place in
 * the harness that looks at a clock, and all it can do is to give up.
 */
export async function supervised(core: Core, callsMax: number, body: () => Promise<void>): Promise<Ending> {
  return await new Promise<Ending>((resolve) => {
    const end = (ending: Ending): void => {
      unwatch(life);
      const endless = life.calls > callsMax;
      resolve(
        endless ? { type: 'never ended', why: `it makes more than ${callsMax} calls to the disk` } : ending,
      );
    };
    const giveUp = (): void => end({ type: 'never ended', why: 'it waits for something that never comes' });
    const life: Supervised = { calls: 0, seen: 0, giveUp };
    core.onCall = () => {
      if (++life.calls <= callsMax) return;
      // A program that catches everything and tries again would go on for ever, and nobody else would get a turn:
      // its next call finds the power off, and never comes back.
      core.cutAfter = 0;
      end({ type: 'ended' });
      throw new Endless(callsMax);
    };
    watch(life);
    start(body).then(
      () => end({ type: 'ended' }),
      (error: unknown) => end({ type: 'threw', error }),
    );
  });
}

/** Turns what a body throws before its first await into a rejection. */
async function start(body: () => Promise<void>): Promise<void> {
  await body();
}

/** One timer serves all lives; it keeps the process up only while one runs. */
function watch(life: Supervised): void {
  timer ??= setInterval(look, SILENCE_MAX_MS);
  if (running.size === 0) timer.ref();
  running.add(life);
}

function unwatch(life: Supervised): void {
  running.delete(life);
  if (running.size === 0) timer?.unref();
}

function look(): void {
  for (const life of running) {
    if (life.calls === life.seen) life.giveUp();
    life.seen = life.calls;
  }
}
