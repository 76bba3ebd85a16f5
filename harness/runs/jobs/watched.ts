import type { Worker } from 'node:worker_threads';
import { signsOf, whereIs, type Fatal, type Where } from './where.ts';

/** What became of a thread that gave no answer. */
export type NoAnswer =
  /** The thread is gone, and this is why; `where` says which life took it along, if it was in one. */
  | {
      readonly type: 'lost';
      readonly how: Fatal['how'];
      readonly why: string;
      readonly where: Where | undefined;
    }
  /** The time was up, or somebody pressed Ctrl-C, and it did not end by itself. */
  | { readonly type: 'late' };

export interface Patience {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** When a thread that has not ended by itself is ended; asked again and again. */
  readonly latest: () => number;
  /** A life that neither ends nor makes a call for so many milliseconds does not give its thread back. */
  readonly hungAfter: number;
}

/** See `Patience.hungAfter`. */
export const HUNG_AFTER = 10_000;

/** How often a thread is looked at, in milliseconds. */
const LOOK_EVERY = 250;

/**
 * What a thread answers, or what became of it: a life that does not give it back is noticed, and one that brings it to its
 * end. Whoever asks has to end it then.
 *
 * @param words what it shares: see `where.ts`
 * @param read the answer in a message; undefined if it is none
 */
export async function answerOf<Answer>(
  worker: Worker,
  words: Int32Array,
  patience: Patience,
  read: (message: unknown) => Answer | undefined,
): Promise<Answer | NoAnswer> {
  let leave = (): void => {};
  const answer = await new Promise<Answer | NoAnswer>((resolve) => {
    const lost = (how: Fatal['how'], why: string): void =>
      resolve({ type: 'lost', how, why, where: whereIs(words) });
    const listeners = {
      error: (error: unknown) =>
        isOutOfMemory(error) ? resolve(TOO_LARGE) : lost('died', endsBy(textOf(error))),
      exit: (code: number) => lost('died', endsBy(`code ${code}`)),
      message: (message: unknown) => {
        const found = read(message);
        if (found !== undefined) resolve(found);
      },
    };
    const stop = watch(words, patience, (how) =>
      how === 'late' ? resolve({ type: 'late' }) : lost('hung', hung(patience.hungAfter)),
    );
    for (const [name, listener] of Object.entries(listeners)) worker.on(name, listener);
    leave = () => {
      stop();
      for (const [name, listener] of Object.entries(listeners)) worker.off(name, listener);
    };
  });
  leave();
  return answer;
}

/** Tells when a thread hangs in a life, or is late; once. Returns how to call it off. */
function watch(
  words: Int32Array,
  { now, latest, hungAfter }: Patience,
  tell: (how: 'hung' | 'late') => void,
): () => void {
  let [signs, since] = [signsOf(words), now()];
  const timer = setInterval(() => {
    if (now() > latest()) return end('late');
    const signsNow = signsOf(words);
    if (signsNow !== signs) [signs, since] = [signsNow, now()];
    else if (whereIs(words) && now() - since > hungAfter) end('hung');
  }, LOOK_EVERY);
  const end = (how: 'hung' | 'late'): void => {
    clearInterval(timer);
    tell(how);
  };
  return () => clearInterval(timer);
}

function hung(ms: number): string {
  return `it does not give the thread back, as a loop without end does; it was ended after ${ms / 1000} s without a call`;
}

function endsBy(what: string): string {
  return `it ends the process: ${what}`;
}

/** The exploration may have filled the memory as well as the life, so nobody is accused. */
const TOO_LARGE: NoAnswer = {
  type: 'lost',
  how: 'died',
  why: 'there was not enough memory for it',
  where: undefined,
};

function isOutOfMemory(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'ERR_WORKER_OUT_OF_MEMORY';
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}
