import * as perfHooks from 'node:perf_hooks';
import { withAll } from './chance.ts';

/** A life's clock. */
export interface Clock {
  /** Milliseconds since 1970; each call moves it by one. */
  readonly now: () => number;
}

/** The class `Date` on a life's clock. What it makes are dates as all others, and all dates are instances of it. */
export function dateOf(clock: Clock): DateConstructor {
  return new Proxy(Date, {
    construct: (target, args: unknown[], newTarget) =>
      Reflect.construct(target, args.length === 0 ? [clock.now()] : args, newTarget) as object,
    apply: () => String(new Date(clock.now())),
    get: (target, name, receiver): unknown =>
      name === 'now' ? clock.now : Reflect.get(target, name, receiver),
  });
}

const NANOSECONDS = 1_000_000;

/** What measures spans of time: from the start of the life. */
export function spansOf(
  clock: Clock,
  start: number,
): { hrtime: unknown; uptime: () => number; performance: object } {
  const passed = (): number => clock.now() - start;
  const hrtime = (since?: readonly [number, number]): [number, number] => {
    const now = passed() * NANOSECONDS - (since === undefined ? 0 : since[0] * 1e9 + since[1]);
    return [Math.floor(now / 1e9), now % 1e9];
  };
  const performance = Object.create(perfHooks.performance) as object;
  for (const [name, value] of Object.entries({
    now: passed,
    timeOrigin: start,
    mark: nothing,
    measure: nothing,
  })) {
    Object.defineProperty(performance, name, { value, enumerable: true });
  }
  return {
    hrtime: Object.assign(hrtime, { bigint: () => BigInt(passed()) * BigInt(NANOSECONDS) }),
    uptime: () => passed() / 1000,
    performance,
  };
}

function nothing(): undefined {
  return undefined;
}

export function perfHooksOf(performance: object): object {
  return { ...withAll(perfHooks), performance };
}
