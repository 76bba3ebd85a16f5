import { PowerCut } from '../errors.ts';

/**
 * What an async method does with an error: after a power cut, a promise that never settles, since a program without
 * power can't handle anything; otherwise the error itself. Each promise is a new one: one for all would hold on to
 * every program that ever waited for it.
 */
export function lost(error: unknown): Promise<never> {
  if (error instanceof PowerCut) return new Promise<never>(() => {});
  throw error;
}
