import type { Conversation } from './conversation.ts';
import { Refusal } from './fault.ts';

/** Burp's words for a timed backup whose time it is not. */
export const NOT_DUE = 'timer conditions not met';

/**
 * Cuts a backup short that may not go on. Its code is that of a client that is gone, so what came so far is kept for
 * whoever resumes it.
 */
class Overdue extends Refusal {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super(NOT_DUE);
  }
}

/** Whether a backup was cut short because it was not due any more: that is a failure, unlike other refusals. */
export function isOverdue(error: unknown): boolean {
  return error instanceof Overdue;
}

/**
 * Asks the timer again and again while a timed backup is received, if so configured, and stops the conversation when it
 * says no. What it can't answer is no reason to stop.
 */
export function askAgain({ frames, server, terms, store, log }: Conversation): { cancel(): void } {
  const { config } = terms;
  const pause = config.timerRepeat ?? 0;
  let isOver = false;
  let cancel = (): void => {};
  const ask = async (): Promise<void> => {
    const finished = (await store.backups()).filter(({ state }) => state === 'finished');
    const isDue = await config.isDue(finished.at(-1)?.line);
    if (isOver) return;
    if (isDue) wait();
    else frames.stop(new Overdue());
  };
  const wait = (): void => {
    cancel = server.timers.start(pause, () => {
      ask().catch((error: unknown) => {
        log.warn(`the timer could not be asked again: ${String(error)}`);
        if (!isOver) wait();
      });
    });
  };
  if (pause > 0) wait();
  return {
    cancel: () => {
      isOver = true;
      cancel();
    },
  };
}
