import type { Lanes } from '../disk/image/mix.ts';
import type { Ending, LifeRecord, LifeRequest, Part, Program } from './program.ts';

/**
 * A life may take its thread with it: a loop that never gives it back, an exception that nobody catches in time. Then
 * only another thread can end it, and it has to know which life it was.
 */
export interface Guard {
  /** A life begins. */
  enter(part: Part, disk: Lanes): void;
  /** It does something. */
  beat(): void;
  /** It is over. */
  leave(): void;
  /** How this life took its thread with it when it was lived before; undefined if it did not. */
  fatal(part: Part, disk: Lanes): Ending | undefined;
  /** Whether such a life has come up. */
  readonly met: boolean;
}

let guard: Guard | undefined;

/** Has all lives of this thread guarded from here on. */
export function guardThread(by: Guard): void {
  guard = by;
}

export function beat(): void {
  guard?.beat();
}

/**
 * Whether a life has come up that takes its thread with it. Lives that are only tried, to find a smaller story or a
 * remedy, may well do the same, and each would cost a thread.
 */
export function mayNotTry(): boolean {
  return guard?.met ?? false;
}

/** The same program, whose lives can be told from outside; one that is known to be fatal is not lived again. */
export function guarded(program: Program): Program {
  return {
    async live(request) {
      if (!guard) return await program.live(request);
      const { part, boot } = request;
      const ending = guard.fatal(part, boot.hash);
      if (ending) return ended(request, ending);
      guard.enter(part, boot.hash);
      try {
        return await program.live(request);
      } finally {
        guard.leave();
      }
    },
  };
}

/** What is known of a life that took its thread with it: how it ended, and nothing of what it did. */
function ended({ boot, time }: LifeRequest, ending: Ending): LifeRecord {
  return {
    ops: [],
    acknowledged: [],
    phases: [],
    image: boot.fork(),
    ending,
    time,
    overlaps: 0,
    steps: [],
  };
}
