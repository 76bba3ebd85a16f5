import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import { promisify } from 'node:util';
import { current } from './current.ts';
import type { EventLoop } from './event-loop.ts';
import * as virtual from './virtual-timers.ts';

type AnyFunction = (...args: never[]) => unknown;
type Table = Record<string, AnyFunction>;

/** Gives a function another body while a life runs. */
function divert(original: AnyFunction, within: (loop: EventLoop, ...args: never[]) => unknown): AnyFunction {
  const diverted = (...args: never[]): unknown => {
    const life = current();
    return life === undefined ? original(...args) : within(life.loop, ...args);
  };
  return Object.defineProperty(diverted, 'name', { value: original.name });
}

let taken = false;

/**
 * Makes the timers of Node those of the life that runs, while one runs: the global ones, and those of `node:timers`
 * and `node:timers/promises`, under every name but one that a module has kept from before the first life.
 */
export function takeOverTimers(): void {
  if (taken) return;
  taken = true;
  const plain = timers as unknown as Table;
  const promised = timersPromises as unknown as Table;
  for (const [name, within] of Object.entries(virtual.promised)) {
    promised[name] = divert(promised[name]!, within as never);
  }
  const { scheduler } = timersPromises;
  Object.defineProperty(scheduler, 'wait', {
    configurable: true,
    value: divert(scheduler.wait.bind(scheduler) as AnyFunction, virtual.wait as never),
  });
  for (const [name, within] of Object.entries(virtual.plain)) {
    const diverted = divert(plain[name]!, within);
    if (name === 'setTimeout' || name === 'setImmediate')
      Object.defineProperty(diverted, promisify.custom, { value: promised[name] });
    plain[name] = diverted;
    Object.defineProperty(globalThis, name, { value: diverted, configurable: true, writable: true });
  }
  syncBuiltinESMExports();
}
