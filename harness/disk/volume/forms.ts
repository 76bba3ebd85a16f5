import type { About } from '../facade/turns.ts';
import { aboutCall, type Call, finish, type Host, inTurns } from './call.ts';
import { toCallback } from './validate.ts';

/** The three forms in which Node has each call. */

type Method = (...args: unknown[]) => unknown;

/** A function that is called what its name in `node:fs` is: programs wrap these and ask for their names. */
export function named(name: string, method: Method): Method {
  // A method is born with its name, which costs a tenth of giving it one later; each life makes some two hundred.
  return { [name]: (...args: unknown[]): unknown => method(...args) }[name]!;
}

export function syncForm(host: Host, name: string, call: Call): Method {
  const method = named(name, (...args: unknown[]): unknown => {
    try {
      return finish(call.prepare(host, ...args));
    } catch (error) {
      throw traced(error, method);
    }
  });
  return method;
}

/** The core's errors have no trace, since most are never looked at; Node's synchronous calls throw with one. */
function traced(error: unknown, from: Method): unknown {
  if (error instanceof Error && 'syscall' in error) Error.captureStackTrace(error, from);
  return error;
}

/** Where the callback is: the first function among the arguments that may be one. */
function callbackAt(args: readonly unknown[], arity: number): number {
  const found = args.findIndex((arg, index) => index > 0 && index <= arity && typeof arg === 'function');
  return found === -1 ? arity : found;
}

export function callbackForm(host: Host, name: string, call: Call): Method {
  const { arity, prepare, results } = call;
  return named(name, (...args: unknown[]): void => {
    const at = callbackAt(args, arity);
    const callback = toCallback(args[at]);
    const given = args.slice(0, at);
    const work = prepare(host, ...given);
    inTurns(
      host,
      work,
      (result) => {
        if (results !== undefined) callback(null, ...results(result, given));
        else if (result === undefined) callback(null);
        else callback(null, result);
      },
      (error) => {
        if (results !== undefined) callback(error, ...results(undefined, given));
        else callback(error);
      },
      aboutCall(name, given),
    );
  });
}

export function promiseForm(host: Host, name: string, call: Call): Method {
  return named(name, (...args: unknown[]) =>
    promised(host, () => call.prepare(host, ...args), aboutCall(name, args)),
  );
}

/** A promise of what a call comes to. An argument that is wrong rejects it, as everything does. */
export function promised<T>(
  host: Host,
  prepare: () => ReturnType<Call['prepare']>,
  about?: About,
): Promise<T> {
  return new Promise((resolve, reject) => {
    inTurns(host, prepare(), resolve as (result: unknown) => void, reject, about);
  });
}
