import { codeOf, reasonOf } from '../storage/errors.ts';
import type { Conversation } from './conversation.ts';
import { Refusal } from './fault.ts';
import { wait } from './wait.ts';

/** How long to wait for a lock before it is tried again, in milliseconds. */
const INTERVAL = 500;

/**
 * Changes a client's backups as soon as nobody else does. A client that comes while its last backup is being finished, or
 * while the server that has just been started undoes what was cut short, is made to wait a while, and told so if it takes
 * messages; where somebody else is being backed up under its name, and after that while, it is turned away, in Burp's
 * words.
 */
export async function whenUnlocked(
  conversation: Conversation,
  change: () => Promise<unknown>,
): Promise<void> {
  const { server, store, terms, frames, log } = conversation;
  let patience = server.limits.patience;
  if (
    patience > 0 &&
    terms.takesMessages &&
    (await store.backups()).some(({ state }) => state === 'finishing')
  ) {
    frames.send('p', 'Finalising previous backup of client. Please wait.');
    frames.flush();
  }
  for (let attempt = 1; ; attempt++) {
    try {
      await change();
      return;
    } catch (error) {
      if (codeOf(error) !== 'EBUSY') throw error;
      // A recovery may have ended since it was in the way: only the second time is it surely somebody else.
      const isRecovery = attempt === 1 || server.clients.isRecovering(terms.config);
      const states = (await store.backups()).map(({ state }) => state);
      const isOther = states.includes('working') && !isRecovery;
      if (patience <= 0 || isOther) {
        log.warn(reasonOf(error));
        throw refusal(states.includes('finishing'));
      }
    }
    await wait(server.timers, INTERVAL).over;
    patience -= INTERVAL;
  }
}

function refusal(isFinishing: boolean): Refusal {
  return new Refusal(
    isFinishing
      ? 'Finalising previous backup of client. Please try again later.'
      : 'another instance is already running',
  );
}
