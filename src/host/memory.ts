import { setFlagsFromString } from 'node:v8';

/**
 * Keeps what is young on V8's heap at its first size, 1 MiB, for a process that is to stay small. By itself it grows to
 * 16 MiB, three times, and keeps them; but here little is young for long, and what fits into a processor's cache is dealt
 * with faster: the backup of a file of 200 MiB took two thirds of the time of the processor. So little is collected by
 * one thread before others are awake, and whoever waits for them waits until the system has a processor for each.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--no-parallel-scavenge');
}

/**
 * For a process that is to be fast at once. Of the time of the processor that the first backup of a fresh server takes,
 * most is its code getting warm: run by the interpreter, compiled for good by other threads that take the processor from
 * client and server, and compiled again. Here plain machine code, which is made in no time, takes the interpreter's
 * place, and what is compiled for good is what runs for seconds. 2,000 small files take a fifth less of the processor's
 * time, and a file of 48 MiB a third. The number is V8's budget, in bytes of code that is run; by itself it is 132 KiB.
 */
export function startFast(): void {
  setFlagsFromString('--always-sparkplug');
  setFlagsFromString('--interrupt-budget=1000000');
}
