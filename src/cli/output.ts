import process from 'node:process';
import { FAILED, READER_GONE } from './exit-codes.ts';

let isNeeded = true;

/**
 * Ends the process when standard output can't be written to: whoever asked would take a part of the answer for all of
 * it. What is being done then is cut short like by any kill, and the store stands that.
 */
export function watchOutput(): void {
  process.stdout.on('error', ({ code = 'error' }: NodeJS.ErrnoException) => {
    if (!isNeeded) return;
    if (code === 'EPIPE') process.exit(READER_GONE);
    process.stderr.write(`jiggle: standard output can't be written to (${code})\n`);
    process.exit(FAILED);
  });
  // There is no place left to tell of this one.
  process.stderr.on('error', () => {});
}

/** For a server: it is there for others than those who read what it says. */
export function outliveReaders(): void {
  isNeeded = false;
}
