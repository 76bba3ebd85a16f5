import * as nodeFs from 'node:fs';
import * as nodePromises from 'node:fs/promises';
import { argumentError } from '../errors.ts';

/** What descriptors are given to in `node:fs` is a method of the handle here: `fsync(fd)` is `file.sync()`. */
const OF_HANDLES: Readonly<Record<string, string>> = {
  fsync: 'sync',
  fdatasync: 'datasync',
  fstat: 'stat',
  ftruncate: 'truncate',
  fchmod: 'chmod',
  fchown: 'chown',
  futimes: 'utimes',
};

/** What Node's handles have and no function of `fs` is called like. */
const MORE_OF_HANDLES = ['createReadStream', 'createWriteStream', 'readLines', 'readableWebStream'];

const ALL_OF_FS =
  "a module that uses all of node:fs is run as it is by program({ load: './it.js', ... }), see docs/node-programs.md";

/**
 * Puts a function that says what to use instead in the place of each that `node:fs` has and a facade has not: to be told
 * that something is no function leaves one with a guess.
 */
export function refuseTheRest(facade: object, handle: object): void {
  const names = [...functionsOf(nodeFs), ...functionsOf(nodePromises)];
  const there = methodsOf(facade);
  for (const name of new Set(names)) {
    if (name in facade) continue;
    const [base, of] = [name.replace(/Sync$/, ''), OF_HANDLES[name.replace(/Sync$/, '')]];
    const instead =
      of !== undefined
        ? `use ${of} of the handle that fs.open returns`
        : base !== name && base in facade
          ? `use await fs.${base}`
          : `there are ${there.join(', ')}`;
    refuse(facade, name, `fs.${name} is not there, as fs is like node:fs/promises: ${instead}; ${ALL_OF_FS}`);
  }
  const methods = methodsOf(handle);
  for (const name of [...Object.keys(OF_HANDLES), ...MORE_OF_HANDLES]) {
    if (name in handle) continue;
    const of = OF_HANDLES[name];
    const instead = of === undefined ? `there are ${methods.join(', ')}; ${ALL_OF_FS}` : `use ${of}()`;
    refuse(handle, name, `a file handle has no ${name}: ${instead}`);
  }
}

function refuse(target: object, name: string, message: string): void {
  const value = (): never => {
    throw argumentError('ERR_FEATURE_UNAVAILABLE_ON_PLATFORM', message);
  };
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
}

/** Functions that are called, and no classes. */
function functionsOf(module: object): readonly string[] {
  return Object.entries(module)
    .filter(([name, value]) => typeof value === 'function' && /^[a-z]/.test(name))
    .map(([name]) => name);
}

/** What there is to call, those that are inherited included. */
function methodsOf(prototype: object): readonly string[] {
  const names = new Set<string>();
  for (
    let at: object | null = prototype;
    at && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object
  ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (typeof value === 'function' && name !== 'constructor') names.add(name);
    }
  }
  return [...names].sort();
}
