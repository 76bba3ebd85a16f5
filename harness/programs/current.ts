import type { EventLoop } from './event-loop.ts';
import { real } from './real.ts';

/** What keeps the program of a life inside, whichever way it gets hold of the real machine. */
export interface Seal {
  /** Whether a file is one of the modules that the life has run. */
  readonly runs: (file: string) => boolean;
  /** The life's own built-in module of a name. */
  readonly builtin: (name: string) => unknown;
}

/** A life, as what it shares with all other code of this thread has to know it. */
export interface Living {
  readonly loop: EventLoop;
  /** Of a program that is to find nothing but what it is given. */
  seal?: Seal;
  /** It threw where nobody catches, or wants the process to end: that is how it ends. */
  blewUp(error: unknown): void;
}

let living: Living | undefined;
const waiting: (() => void)[] = [];

/**
 * The life that runs. There is one at a time in a thread: a timer, an exception, a call to `process.exit` could come
 * from any, and to know from which costs more than to wait.
 */
export function current(): Living | undefined {
  return living;
}

/** Runs `live` when no other life runs. */
export async function alone<T>(life: Living, live: () => Promise<T>): Promise<T> {
  while (current() !== undefined) await new Promise<void>((resolve) => waiting.push(resolve));
  living = life;
  try {
    return await live();
  } finally {
    living = undefined;
    waiting.shift()?.();
  }
}

/** For so many real milliseconds, work on another thread of a life that was ended may still call back into it. */
const GHOSTS_FOR_MS = 10_000;

let hauntedUntil = -Infinity;

/** A life was ended in the middle, and may not know it. */
export function leaveGhost(): void {
  hauntedUntil = real.now() + GHOSTS_FOR_MS;
}

/** Whether what blows up while no life runs may come from one that is over. */
export function isHaunted(): boolean {
  return real.now() < hauntedUntil;
}
