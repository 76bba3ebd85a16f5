import type { ServerLog } from '../daemon/server-log.ts';
import { FAILED } from './exit-codes.ts';

/**
 * For mistakes of ours that nobody caught: nothing is known any more, so the process ends as by a power cut, which the
 * store survives. The log says why; a service manager starts the server again.
 */
export function endOnMistakes(log: ServerLog): void {
  process.once('uncaughtException', (error) => {
    log.error(`a mistake in the server: ${error.stack ?? error.message}`, { event: 'crash' });
    process.exit(FAILED);
  });
}
