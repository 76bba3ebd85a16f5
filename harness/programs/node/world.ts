import assert from 'node:assert/strict';
import type { Core } from '../../disk/core/core.ts';
import type { About } from '../../disk/facade/turns.ts';
import { createVolume, type DiskVolume } from '../../disk/volume/volume.ts';
import { current } from '../current.ts';
import { sendOff } from '../real-work.ts';
import { Builtins, moduleOf, osOf, pathOf, urlOf } from './builtins.ts';
import { Chance, cryptoOf, webcryptoOf } from './chance.ts';
import { Instances } from './instances.ts';
import type { Library } from './library.ts';
import { refused } from './outside.ts';
import { processOf } from './process.ts';
import { Packages, readingThrough } from './read-through.ts';
import { sealOff } from './seal.ts';
import { type Clock, dateOf, perfHooksOf, spansOf } from './time.ts';

/** The names that mean something else to a program than to the tester, in the order in which they are handed in. */
export const GLOBALS = [
  'globalThis',
  'global',
  'process',
  'Date',
  'Math',
  'crypto',
  'performance',
  'console',
  'fetch',
  'WebSocket',
  'Worker',
] as const;

/** What one life of a program finds around it. */
export interface World {
  readonly instances: Instances;
  /** The `node:fs` of its modules. */
  readonly fs: DiskVolume['fs'];
}

/** Makes the world of the life that runs. Everything in it dies with the life. */
export function makeWorld(core: Core, clock: Clock, library: Library): World {
  const living = current();
  assert(living !== undefined, 'a world is the world of a life');
  const { loop } = living;
  const defer = (task: () => void, about?: About): void => void loop.defer(task, about);
  const chance = new Chance(core.image.hash);
  const packages = new Packages(() => instances.files);
  const volume = createVolume(core, {
    defer,
    now: clock.now,
    isAlone: () => loop.alone,
    around: (name, method) => readingThrough(name, method, packages),
  });
  const start = clock.now();
  const { hrtime, uptime, performance } = spansOf(clock, start);
  const builtins: Builtins = new Builtins({
    fs: () => volume.fs,
    'fs/promises': () => volume.promises,
    crypto: () => cryptoOf(chance, defer),
    os: () => osOf(uptime),
    path: pathOf,
    'path/posix': pathOf,
    url: urlOf,
    process: () => process,
    perf_hooks: () => perfHooksOf(performance),
    module: () => moduleOf((file) => instances.requireFrom(file)),
  });
  const process = processOf({ hrtime, uptime, builtin: builtins.get });
  const own: Record<string, unknown> = {
    process,
    Date: dateOf(clock),
    Math: mathOf(chance),
    crypto: webcryptoOf(chance),
    performance,
    ...SAME_FOR_ALL,
  };
  const global = globalOf(own);
  own['globalThis'] = global;
  own['global'] = global;
  const globals = GLOBALS.map((name) => own[name]);
  const instances: Instances = new Instances(library, { globals, builtin: builtins.get, outside });
  sealOff(living, { runs: (file) => instances.has(file), builtin: builtins.get });
  return { instances, fs: volume.fs };
}

/** All of Math, as a prototype: what is in the real one can't be enumerated. */
const MATH: object = Object.create(Object.prototype, Object.getOwnPropertyDescriptors(Math)) as object;

function mathOf(chance: Chance): object {
  return { __proto__: MATH, random: chance.random };
}

/** A life is lived thousands of times; what it says would be said thousands of times. */
const SILENT: object = new Proxy(console, {
  get: (target, name): unknown =>
    typeof Reflect.get(target, name) === 'function' ? () => undefined : Reflect.get(target, name),
});

const SAME_FOR_ALL = {
  console: SILENT,
  fetch: refused('fetch'),
  WebSocket: refused('WebSocket'),
  Worker: undefined,
};

/** Names that a program sets on the global object die with the life; what it doesn't find there is the real one's. */
function globalOf(own: Readonly<Record<string, unknown>>): object {
  const global: Record<string, unknown> = { __proto__: ACCESSIBLE, ...own };
  global['globalThis'] = global;
  global['global'] = global;
  return global;
}

/** The real global object for readers: some of its accessors want to be asked on it and on nothing else. */
const ACCESSIBLE: object = Object.create(
  globalThis,
  Object.fromEntries(
    Object.entries(Object.getOwnPropertyDescriptors(globalThis))
      .filter(([, descriptor]) => 'get' in descriptor)
      .map(([name, { enumerable }]): [string, PropertyDescriptor] => [
        name,
        {
          configurable: true,
          enumerable: enumerable ?? false,
          get: () => Reflect.get(globalThis, name) as unknown,
          set(this: object, value: unknown) {
            Object.defineProperty(this, name, {
              value,
              writable: true,
              configurable: true,
              enumerable: true,
            });
          },
        },
      ]),
  ),
);

/** Real work, of which the life's event loop has to be told. */
async function outside<T>(work: () => Promise<T>): Promise<T> {
  const errand = sendOff();
  try {
    return await work();
  } finally {
    errand?.done();
  }
}
