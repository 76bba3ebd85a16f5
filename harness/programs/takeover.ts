import { syncBuiltinESMExports } from 'node:module';
import { PowerCut } from '../disk/errors.ts';
import { current, isHaunted } from './current.ts';
import { countOtherThreads } from './other-threads.ts';

/** Thrown into a program that ends its process: it ends, and the tester goes on. */
class Exit extends Error {
  override name = 'Exit';
}

let taken = false;

/**
 * Makes what a life does to its process end that life and not the process: exceptions and rejections that nobody
 * handles, and calls that end it. Outside of lives all is as it was. Done once, and never undone.
 */
export function takeOverProcess(): void {
  if (taken) return;
  taken = true;
  // Other listeners must not hear of it either: a test runner would take it for a failure of its own.
  const emit = process.emit.bind(process) as (event: string, ...args: unknown[]) => boolean;
  process.emit = ((event: string, ...args: unknown[]) => {
    if (event !== 'uncaughtException' && event !== 'unhandledRejection') return emit(event, ...args);
    const life = current();
    if (args[0] instanceof PowerCut || (life === undefined && isHaunted())) return true;
    if (life === undefined) return emit(event, ...args);
    life.blewUp(args[0]);
    return true;
  }) as typeof process.emit;
  const kill = process.kill.bind(process) as (...args: never[]) => unknown;
  const killSelf = ending('kill', kill);
  process.exit = ending('exit', process.exit.bind(process)) as typeof process.exit;
  process.kill = ((pid: number, ...rest: never[]) =>
    (pid === process.pid && (rest[0] as unknown) !== 0 ? killSelf : kill)(
      pid as never,
      ...rest,
    )) as typeof process.kill;
  process.abort = ending('abort', process.abort.bind(process)) as typeof process.abort;
  countOtherThreads();
  syncBuiltinESMExports();
}

function ending(name: string, end: (...args: never[]) => unknown): (...args: never[]) => unknown {
  return (...args) => {
    const life = current();
    if (life === undefined) return end(...args);
    const error = new Exit(`process.${name}(${args.map(String).join(', ')}) was called`);
    life.blewUp(error);
    throw error;
  };
}
