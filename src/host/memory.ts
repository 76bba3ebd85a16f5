import { setFlagsFromString } from 'node:v8';

/**
 * Keeps what is young on V8's heap at its first size, 1 MiB, for a process that is to stay small. By itself it grows to
 * 16 MiB, three times, and keeps them; but here little is young for long, and what fits into a processor's cache is dealt
 * with faster: the backup of a file of 200 MiB took two thirds of the time of the processor.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
