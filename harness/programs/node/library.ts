import { type Compiled, Compiler } from './compiled.ts';
import { forReal } from './seal.ts';
import { readSource, resolveModule, type Way } from './sources.ts';

/** What a specifier leads to: a module of Node's, or one that was compiled. */
export type Found = { readonly builtin: string } | { readonly module: Compiled };

/** A module that has to be rewritten before it can be run, which takes more than this moment. */
export class NotYet extends Error {
  readonly file: string;

  constructor(file: string) {
    super(`${file} is an ES module that nobody could see coming: import it, or name it where it is required`);
    this.file = file;
  }
}

/** All modules of one program, compiled once; each life runs them anew. */
export class Library {
  readonly #compiler: Compiler;
  readonly #modules = new Map<string, Compiled>();
  readonly #files = new Map<string, { readonly file: string } | { readonly builtin: string }>();
  readonly #waits = new Map<string, boolean>();

  constructor(globals: readonly string[]) {
    this.#compiler = new Compiler(globals);
  }

  /** @throws NotYet if it is an ES module that wasn't fetched */
  find(specifier: string, from: string, way: Way): Found {
    const place = this.resolve(specifier, from, way);
    return 'builtin' in place ? place : { module: this.at(place.file) };
  }

  resolve(
    specifier: string,
    from: string,
    way: Way,
  ): { readonly file: string } | { readonly builtin: string } {
    const key = `${way} ${specifier} ${from}`;
    let place = this.#files.get(key);
    if (place === undefined) {
      place = forReal(() => resolveModule(specifier, from, way));
      this.#files.set(key, place);
    }
    return place;
  }

  at(file: string): Compiled {
    const known = this.#modules.get(file);
    if (known !== undefined) return known;
    const source = forReal(() => readSource(file));
    if (source.kind === 'esm') throw new NotYet(file);
    return this.#keep(file, this.#compiler.now(source));
  }

  /** Whether all that this will ask for is there, so that nothing has to be waited for. */
  has(specifier: string, from: string, way: Way): boolean {
    const place = this.resolve(specifier, from, way);
    return 'builtin' in place || this.#modules.has(place.file);
  }

  /** Compiles a module and all that it names, and what those name. */
  async fetch(specifier: string, from: string, way: Way): Promise<void> {
    const place = this.resolve(specifier, from, way);
    if (!('builtin' in place)) await this.#fetchFile(place.file);
  }

  async #fetchFile(file: string): Promise<void> {
    if (this.#modules.has(file)) return;
    const source = forReal(() => readSource(file));
    const compiled = source.kind === 'esm' ? await this.#compiler.later(source) : this.#compiler.now(source);
    if (this.#modules.has(file)) return;
    this.#keep(file, compiled);
    const way = source.kind === 'esm' ? 'import' : 'require';
    for (const need of compiled.needs) {
      try {
        await this.fetch(need, source.file, way);
      } catch (error) {
        // A CommonJS module may ask for what isn't there, and go on without it: it is told when it asks.
        if (way === 'import') throw error;
      }
    }
  }

  /** Whether a module, or one that it imports, awaits at its top level. */
  waits(module: Compiled): boolean {
    const { file, kind } = module.source;
    const known = this.#waits.get(file);
    if (known !== undefined) return known;
    this.#waits.set(file, module.awaits); // For circles.
    const waits =
      module.awaits ||
      (kind === 'esm' &&
        module.needs.some((need) => {
          const found = this.find(need, file, 'import');
          return 'module' in found && this.waits(found.module);
        }));
    this.#waits.set(file, waits);
    return waits;
  }

  #keep(file: string, compiled: Compiled): Compiled {
    this.#modules.set(file, compiled);
    this.#modules.set(compiled.source.file, compiled);
    return compiled;
  }
}
