import type { Core } from '../disk/core/core.ts';
import type { EventLoop } from './event-loop.ts';
import type { LifeRequest } from './program.ts';

/** Stops a life where it makes the call that makes an op: see `LifeRequest.stopped`. */
export function stopBefore(
  core: Core,
  loop: EventLoop,
  { op, asked, stop }: NonNullable<LifeRequest['stopped']>,
): void {
  if (asked !== undefined) {
    loop.onAsk = (number) => {
      if (number === asked) stop();
    };
    return;
  }
  core.hook = {
    leavesOut: () => false,
    before() {
      if (core.journal.length + 1 === op) stop();
      return [];
    },
    after: () => [],
  };
}
