import { codeOf } from '../../src/storage/errors.ts';
import { ROOT } from '../backup/world.ts';
import { BurpFailure, exists, type Files } from './files.ts';
import { finish } from './finish.ts';
import { targetOf } from './listing.ts';
import { FINISHING, WORKING } from './places.ts';

/** A connection either ends with the recovery, or may go on to what the client wants. */
export type Connected = 'try again' | 'ready';

/**
 * What the server does first when a client connects, with working_dir_recovery_method=delete. The first state that is
 * found is handled, and no other. A `current` that leads nowhere is not looked for.
 */
export async function connect(fs: Files): Promise<Connected> {
  if (await exists(fs, FINISHING)) {
    await finish(fs);
    return 'try again';
  }
  const working = await targetOf(fs, WORKING);
  if (working !== undefined) return await dropWorking(fs, `${ROOT}/${working}`);
  return 'ready';
}

async function dropWorking(fs: Files, directory: string): Promise<Connected> {
  const dangles = !(await exists(fs, directory));
  if (!dangles) await fs.rm(directory, { recursive: true });
  await fs.unlink(WORKING);
  return dangles ? 'try again' : 'ready';
}

/** As many connections as the kills of the real server were given to come back. */
const CONNECTIONS_MAX = 4;

/** A client that comes back until the server is ready for it. Throws the last error if it never is. */
export async function connectUntilReady(fs: Files): Promise<void> {
  let failure: unknown = new Error(`the server is not ready after ${CONNECTIONS_MAX} connections`);
  for (let connection = 0; connection < CONNECTIONS_MAX; connection++) {
    try {
      if ((await connect(fs)) === 'ready') return;
    } catch (error) {
      if (!isFailure(error)) throw error;
      failure = error;
    }
  }
  throw failure;
}

/** Whether an error is one that Burp reports and then hangs up, and not a mistake of this twin. */
export function isFailure(error: unknown): error is Error {
  return error instanceof BurpFailure || /^E[A-Z0-9]+$/.test(codeOf(error) ?? '');
}
