import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { current, type Living, type Seal } from '../current.ts';
import { refusal } from './outside.ts';

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Table = Record<string, unknown>;

let taken = false;
let real = 0;

/**
 * Keeps the life that runs inside: its modules get the simulated disk by all that they import, and what they find by
 * other ways, as by `Function('return process')()`, is closed to them and ends the life.
 */
export function sealOff(life: Living, seal: Seal): void {
  if (!taken) takeOverFiles();
  life.seal = seal;
}

/** Lets the tester itself use the real machine while a program waits for it: to load its modules, to read its files. */
export function forReal<T>(work: () => T): T {
  real++;
  try {
    return work();
  } finally {
    real--;
  }
}

/** Once, and never undone: without a life that is sealed off, all is as it was. */
function takeOverFiles(): void {
  taken = true;
  for (const [table, where] of [
    [fs, 'fs'],
    [fsPromises, 'fs.promises'],
  ] as const) {
    for (const [name, value] of Object.entries(table)) {
      if (typeof value !== 'function' || /^[A-Z_]/.test(name)) continue;
      (table as unknown as Table)[name] = closed(`${where}.${name}`, value as Method);
    }
  }
  const plain = process as unknown as Record<string, Method | undefined>;
  for (const name of ['binding', '_linkedBinding', 'dlopen']) {
    if (plain[name]) plain[name] = closed(`process.${name}`, plain[name]);
  }
  const getBuiltinModule = plain['getBuiltinModule'];
  if (getBuiltinModule) {
    plain['getBuiltinModule'] = function (...args) {
      const seal = calledFromInside();
      return seal ? seal.builtin(String(args[0]).replace(/^node:/, '')) : getBuiltinModule.apply(this, args);
    };
  }
  const { fetch } = globalThis;
  globalThis.fetch = closed('fetch', fetch as Method) as typeof fetch;
  syncBuiltinESMExports();
}

function closed(name: string, original: Method): Method {
  const guard: Method = function (...args) {
    if (calledFromInside() === undefined) return original.apply(this, args);
    const error = refusal(name);
    // Whoever swallows it would go on, and pass without having been looked at.
    current()!.blewUp(error);
    throw error;
  };
  return Object.defineProperties(guard, Object.getOwnPropertyDescriptors(original));
}

/** The seal of the life that runs, if it is one of its modules that calls. */
function calledFromInside(): Seal | undefined {
  const life = current();
  const seal = life?.seal;
  if (seal === undefined || real > 0) return undefined;
  return callers().some((file) => seal.runs(file)) ? seal : undefined;
}

const DEPTH = 50;

/** The files on the stack, those of code that was made of text included. */
function callers(): readonly string[] {
  const { stackTraceLimit } = Error;
  const usual = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  const holder: { stack?: unknown } = {};
  Error.stackTraceLimit = DEPTH;
  Error.prepareStackTrace = (_error, sites) => sites;
  Error.captureStackTrace(holder, callers);
  const sites = holder.stack as NodeJS.CallSite[];
  Error.stackTraceLimit = stackTraceLimit;
  if (usual === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
  else Object.defineProperty(Error, 'prepareStackTrace', usual);
  return sites.flatMap((site) => {
    const made = /\(([^()]+?):\d+:\d+\)$/.exec(site.getEvalOrigin() ?? '')?.[1];
    return [site.getFileName() ?? undefined, made].filter((file) => file !== undefined);
  });
}
