import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Compiled } from './compiled.ts';
import type { Library } from './library.ts';
import { emptyNamespace, exportAll, exportName, namesOf, type Namespace, viewOf } from './namespaces.ts';

/** A module as one life has it. */
interface Instance {
  readonly compiled: Compiled;
  /** For CommonJS and JSON. */
  readonly module: {
    exports: unknown;
    readonly id: string;
    readonly filename: string;
    loaded: boolean;
  } & Namespace;
  namespace: Namespace | undefined;
  /** While a module is evaluated that has to wait. */
  pending: Promise<void> | undefined;
  failed: { readonly error: unknown } | undefined;
}

/** What a life's modules find around them. */
export interface Surroundings {
  /** Values of the names that the library was made with, in their order. */
  readonly globals: readonly unknown[];
  readonly builtin: (name: string) => unknown;
  /** Lets something of the real world happen, of which the life's event loop knows nothing by itself. */
  readonly outside: <T>(work: () => Promise<T>) => Promise<T>;
}

/** The modules of one life: each is evaluated when it is first asked for, and dies with the life. */
export class Instances {
  readonly #library: Library;
  readonly #around: Surroundings;
  readonly #instances = new Map<string, Instance>();
  readonly #cache: Namespace = Object.create(null) as Namespace;
  readonly #builtins = new Map<string, Namespace>();

  constructor(library: Library, around: Surroundings) {
    this.#library = library;
    this.#around = around;
  }

  /** Everything that was run, for what the program may read of itself. */
  get files(): ReadonlyMap<string, unknown> {
    return this.#instances;
  }

  /** Whether a file was run: its path, or its URL. */
  has(file: string): boolean {
    return this.#instances.has(file.startsWith('file:') ? fileURLToPath(file) : file);
  }

  /** What `import()` gives. */
  async import(specifier: string, from: string): Promise<Namespace> {
    if (!this.#library.has(specifier, from, 'import')) {
      await this.#around.outside(async () => await this.#library.fetch(specifier, from, 'import'));
    }
    const found = this.#library.find(specifier, from, 'import');
    if ('builtin' in found) return this.#builtin(found.builtin);
    if (!this.#library.waits(found.module)) return this.#namespace(found.module);
    return await this.#awaited(found.module);
  }

  /** What `require` gives. */
  require(specifier: string, from: string): unknown {
    const found = this.#library.find(specifier, from, 'require');
    if ('builtin' in found) return this.#around.builtin(found.builtin);
    if (found.module.source.kind !== 'esm') return this.#exports(found.module);
    if (this.#library.waits(found.module)) throw asynchronous(found.module.source.file);
    return this.#namespace(found.module);
  }

  requireFrom(file: string): NodeJS.Require {
    const resolve = (specifier: string): string => {
      const place = this.#library.resolve(specifier, file, 'require');
      return 'builtin' in place ? specifier : place.file;
    };
    const paths = (): null => null;
    const require = (specifier: string): unknown => this.require(demandText(specifier), file);
    return Object.assign(require, {
      resolve: Object.assign(resolve, { paths }),
      cache: this.#cache,
      extensions: Object.create(null) as object,
      main: undefined,
    }) as unknown as NodeJS.Require;
  }

  #instance(compiled: Compiled): Instance {
    const { file } = compiled.source;
    let instance = this.#instances.get(file);
    if (instance !== undefined) return instance;
    const module = {
      exports: {},
      id: file,
      filename: file,
      loaded: false,
      children: [],
      paths: [],
      path: dirname(file),
    };
    instance = { compiled, module, namespace: undefined, pending: undefined, failed: undefined };
    this.#instances.set(file, instance);
    return instance;
  }

  #exports(compiled: Compiled): unknown {
    const { file, kind } = compiled.source;
    const cached = this.#cache[file] as Instance['module'] | undefined;
    if (cached !== undefined) return cached.exports;
    this.#instances.delete(file);
    const { module } = this.#instance(compiled);
    this.#cache[file] = module;
    try {
      if (kind === 'json') module.exports = compiled.run([], []);
      else this.#runCommonJs(compiled, module);
    } catch (error) {
      delete this.#cache[file];
      this.#instances.delete(file);
      throw error;
    }
    module.loaded = true;
    return module.exports;
  }

  #runCommonJs(compiled: Compiled, module: Instance['module']): void {
    const { file } = compiled.source;
    const require = this.requireFrom(file);
    module['require'] = require;
    const load = async (specifier: string): Promise<Namespace> => await this.import(specifier, file);
    compiled.run(this.#around.globals, [module.exports, require, module, file, dirname(file), load]);
  }

  /** The names of a module that has nothing to wait for, evaluated now if it wasn't. */
  #namespace(compiled: Compiled): Namespace {
    if (compiled.source.kind !== 'esm') return this.#namesOf(compiled);
    const instance = this.#instance(compiled);
    if (instance.failed !== undefined) throw instance.failed.error;
    if (instance.namespace !== undefined) return instance.namespace;
    const namespace = (instance.namespace = emptyNamespace());
    try {
      const importNow = (specifier: string): Namespace => this.#importNow(specifier, compiled.source.file);
      compiled.run(this.#around.globals, this.#locals(compiled, namespace, importNow));
    } catch (error) {
      instance.failed = { error };
      throw error;
    }
    return namespace;
  }

  #importNow(specifier: string, from: string): Namespace {
    const found = this.#library.find(specifier, from, 'import');
    return 'builtin' in found ? this.#builtin(found.builtin) : this.#namespace(found.module);
  }

  /** The same of one that has. In a circle, whoever comes second gets what is there so far. */
  async #awaited(compiled: Compiled): Promise<Namespace> {
    if (!this.#library.waits(compiled)) return this.#namespace(compiled);
    const instance = this.#instance(compiled);
    if (instance.namespace === undefined) {
      instance.namespace = emptyNamespace();
      instance.pending = this.#evaluate(compiled, instance.namespace);
    }
    await instance.pending;
    return instance.namespace;
  }

  async #evaluate(compiled: Compiled, namespace: Namespace): Promise<void> {
    const { file } = compiled.source;
    const ready = new Map<string, Namespace>();
    for (const need of compiled.needs) {
      const found = this.#library.find(need, file, 'import');
      if ('builtin' in found) continue;
      const there = this.#instances.get(found.module.source.file);
      const inCircle = there?.pending !== undefined && there.namespace !== undefined;
      ready.set(need, inCircle ? there.namespace! : await this.#awaited(found.module));
    }
    const importNow = (need: string): Namespace => ready.get(need) ?? this.#importNow(need, file);
    await compiled.run(this.#around.globals, this.#locals(compiled, namespace, importNow));
    this.#instance(compiled).pending = undefined;
  }

  #locals(compiled: Compiled, namespace: Namespace, importNow: (specifier: string) => Namespace): unknown[] {
    const { file } = compiled.source;
    const meta = {
      url: file.startsWith('data:') ? file : pathToFileURL(file).href,
      filename: file,
      dirname: dirname(file),
      resolve: (specifier: string) => {
        const place = this.#library.resolve(specifier, file, 'import');
        return 'builtin' in place ? `node:${place.builtin}` : pathToFileURL(place.file).href;
      },
    };
    const load = async (specifier: string): Promise<Namespace> => await this.import(specifier, file);
    return [
      namespace,
      importNow,
      load,
      (from: Namespace) => exportAll(namespace, from),
      meta,
      exportName(namespace),
    ];
  }

  /** A CommonJS module as ESM sees it: all of it as the default, and its names. */
  #namesOf(compiled: Compiled): Namespace {
    const exports = this.#exports(compiled);
    const instance = this.#instance(compiled);
    return (instance.namespace ??= namesOf(exports));
  }

  #builtin(name: string): Namespace {
    let namespace = this.#builtins.get(name);
    if (namespace === undefined) {
      namespace = viewOf(this.#around.builtin(name) as Namespace);
      this.#builtins.set(name, namespace);
    }
    return namespace;
  }
}

function demandText(id: unknown): string {
  if (typeof id === 'string' && id !== '') return id;
  const message = `The "id" argument must be a non-empty string, and is ${String(id)}`;
  throw Object.assign(new TypeError(message), { code: 'ERR_INVALID_ARG_TYPE' });
}

function asynchronous(file: string): Error {
  const message = `require() cannot be used on an ESM graph with top-level await: ${file}`;
  return Object.assign(new Error(message), { code: 'ERR_REQUIRE_ASYNC_MODULE' });
}
