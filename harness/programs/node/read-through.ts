import * as real from 'node:fs';
import { sep } from 'node:path';
import { forReal } from './seal.ts';
import { packageOf } from './sources.ts';

type Method = (...args: unknown[]) => unknown;

/** What a package may do with the real files that it came with: look, at once or with promises. */
const SYNCHRONOUS = new Set([
  'readFileSync',
  'existsSync',
  'statSync',
  'lstatSync',
  'accessSync',
  'readdirSync',
  'realpathSync',
]);
const PROMISED = new Set(['readFile', 'stat', 'lstat', 'access', 'readdir', 'realpath']);
const REAL = real as unknown as Readonly<Record<string, Method>>;

/**
 * Makes a function of a life's `fs` show, to be read only, the real files of the packages that the life has loaded:
 * data, WebAssembly, package.json. Only what the simulated disk doesn't have, and only by a path that leads into a
 * package.
 *
 * @param name as in `createVolume`: `readFileSync`, `promises.readFile`
 */
export function readingThrough(name: string, simulated: Method, packages: Packages): Method {
  if (SYNCHRONOUS.has(name)) return atOnce(name, simulated, packages);
  const plain = name.slice('promises.'.length);
  return name.startsWith('promises.') && PROMISED.has(plain)
    ? withPromises(plain, simulated, packages)
    : simulated;
}

function atOnce(name: string, simulated: Method, packages: Packages): Method {
  const actual = REAL[name]!;
  const through = (...args: unknown[]): unknown => {
    try {
      const found = simulated(...args);
      // `existsSync` says no, and with `throwIfNoEntry: false` nothing is thrown of what isn't there.
      const missing = found === false || (found === undefined && name.includes('tat'));
      return missing && packages.have(args[0]) ? forReal(() => actual(...args)) : found;
    } catch (error) {
      if (!isMissing(error) || !packages.have(args[0])) throw error;
      return forReal(() => actual(...args));
    }
  };
  const method = { [name]: (...args: unknown[]): unknown => through(...args) }[name]!;
  if (name !== 'realpathSync') return method;
  return Object.assign(method, { native: Reflect.get(simulated, 'native') as unknown });
}

function withPromises(name: string, simulated: Method, packages: Packages): Method {
  const actual = REAL[`${name}Sync`]!;
  const through = async (...args: unknown[]): Promise<unknown> => {
    try {
      return await simulated(...args);
    } catch (error) {
      if (!isMissing(error)) throw error;
      return forReal(() => actual(...args));
    }
  };
  return {
    [name]: (...args: unknown[]): unknown => (packages.have(args[0]) ? through(...args) : simulated(...args)),
  }[name]!;
}

/** The packages whose modules a life has run. */
export class Packages {
  readonly #files: () => ReadonlyMap<string, unknown>;
  readonly #roots = new Set<string>();
  #known = 0;

  /** @param files all modules that were run so far, by their files */
  constructor(files: () => ReadonlyMap<string, unknown>) {
    this.#files = files;
  }

  /** Whether a path leads into one of them. */
  have(path: unknown): boolean {
    const text = path instanceof URL && path.protocol === 'file:' ? path.pathname : path;
    if (typeof text !== 'string' || !text.startsWith(sep)) return false;
    const files = this.#files();
    if (files.size !== this.#known) this.#look(files);
    for (const root of this.#roots) if (text.startsWith(root)) return true;
    return false;
  }

  #look(files: ReadonlyMap<string, unknown>): void {
    for (const file of files.keys()) {
      // What lies beside a dependency are dependencies: a package may look for those that this machine has.
      const [shared] = /^.*?\/node_modules\//.exec(file) ?? [];
      const root = shared ?? forReal(() => packageOf(file))?.root;
      if (root !== undefined) this.#roots.add(root.endsWith(sep) ? root : root + sep);
    }
    this.#known = files.size;
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as { code?: string };
  return code === 'ENOENT' || code === 'ENOTDIR';
}
