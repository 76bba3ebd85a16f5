import { Refusal } from './fault.ts';
import type { ClientStore } from './ports.ts';

/** What a client is told that may not change its backups now, because somebody else does. */
export async function whyLocked(store: ClientStore): Promise<Refusal> {
  const isFinishing = (await store.backups()).some(({ state }) => state === 'finishing');
  return new Refusal(
    isFinishing
      ? 'Finalising previous backup of client. Please try again later.'
      : 'another instance is already running',
  );
}
