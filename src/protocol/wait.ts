import type { Timers } from './ports.ts';

/** A time that passes, unless it is cancelled; then `over` never settles. */
export interface Waiting {
  readonly over: Promise<void>;
  cancel(): void;
}

export function wait(timers: Timers, milliseconds: number): Waiting {
  let cancel = (): void => {};
  const over = new Promise<void>((resolve) => {
    cancel = timers.start(milliseconds, resolve);
  });
  return { over, cancel: () => cancel() };
}
