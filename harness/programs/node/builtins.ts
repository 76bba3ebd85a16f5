import * as nodeModule from 'node:module';
import * as realOs from 'node:os';
import * as path from 'node:path';
import * as url from 'node:url';
import { withAll } from './chance.ts';
import { isOutside, refusing, workerThreads } from './outside.ts';

const load = nodeModule.createRequire(import.meta.url);

/** What a life has in place of the machine's own, by the name without `node:`. Each is made when first asked for. */
export type Replacements = Readonly<Record<string, () => unknown>>;

/** The built-in modules of one life. */
export class Builtins {
  readonly #replacements: Replacements;
  readonly #made = new Map<string, unknown>();

  constructor(replacements: Replacements) {
    this.#replacements = replacements;
  }

  readonly get = (name: string): unknown => {
    if (!this.#made.has(name)) this.#made.set(name, this.#make(name));
    return this.#made.get(name);
  };

  #make(name: string): unknown {
    const replacement = this.#replacements[name];
    if (replacement !== undefined) return replacement();
    const real = load(`node:${name}`) as object;
    if (name === 'worker_threads') return workerThreads(real);
    return isOutside(name) ? refusing(name, real) : real;
  }
}

/** `node:os` of a machine that is the same everywhere. */
export function osOf(uptime: () => number): object {
  const own = {
    hostname: () => 'machine',
    tmpdir: () => '/tmp',
    homedir: () => '/root',
    uptime,
    userInfo: () => ({ uid: 0, gid: 0, username: 'root', homedir: '/root', shell: '/bin/sh' }),
    networkInterfaces: () => ({}),
    loadavg: () => [0, 0, 0],
    freemem: () => 2 ** 33,
    totalmem: () => 2 ** 34,
    availableParallelism: () => 2,
    cpus: () => [],
  };
  return { ...withAll(realOs), ...own };
}

/** `node:path` of a process that stands in `/`: the real one asks where the tester stands. */
export function pathOf(): object {
  const { posix, win32 } = path;
  const resolve = (...parts: string[]): string => posix.resolve('/', ...parts);
  const relative = (from: string, to: string): string => posix.relative(resolve(from), resolve(to));
  const own = { ...withAll(posix), resolve, relative, win32 };
  return Object.assign(own, { posix: own });
}

/** `node:url` of the same process. */
export function urlOf(): object {
  const { pathToFileURL } = url;
  return {
    ...withAll(url),
    pathToFileURL: (file: string, options?: { windows?: boolean }) =>
      pathToFileURL(typeof file === 'string' && !file.startsWith('/') ? `/${file}` : file, options),
  };
}

/** `node:module` whose `createRequire` gives the life's modules. */
export function moduleOf(requireFrom: (file: string) => NodeJS.Require): object {
  const createRequire = (from: string | URL): NodeJS.Require => {
    const text = String(from);
    return requireFrom(text.startsWith('file:') ? new URL(text).pathname : text);
  };
  const { builtinModules, isBuiltin } = nodeModule;
  const Module = function Module(): void {};
  return Object.assign(Module, {
    Module,
    createRequire,
    builtinModules,
    isBuiltin,
    _extensions: {},
    _cache: {},
  });
}
