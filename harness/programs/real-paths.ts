import fs from 'node:fs';
import fsPromises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { userFrames } from './user-frames.ts';

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Table = Record<string, unknown>;

/** Real paths that one life may name; the first are enough to see what is wrong. */
const PATHS_MAX = 10;
/** What a program's packages read, to be loaded, is not what it keeps. */
const PACKAGES = /\/node_modules\//;

/**
 * Watches `node:fs` for calls of the user's code, until it is told to stop: a program that keeps its data through
 * that, and not through what it is given, was not looked at. Files that a module has kept the functions of from
 * before are not seen.
 */
export class RealPaths {
  readonly #seen = new Set<string>();
  readonly #originals: (readonly [Table, string, unknown])[] = [];

  constructor() {
    for (const table of [fs, fsPromises] as unknown as Table[]) {
      for (const [name, value] of Object.entries(table)) {
        if (typeof value !== 'function' || /^[A-Z_]/.test(name)) continue;
        this.#originals.push([table, name, value]);
        table[name] = this.#watched(value as Method);
      }
    }
    syncBuiltinESMExports();
  }

  /** The paths so far, in the order in which they were named. */
  get paths(): readonly string[] {
    return [...this.#seen];
  }

  stop(): void {
    for (const [table, name, original] of this.#originals.splice(0)) table[name] = original;
    syncBuiltinESMExports();
  }

  #watched(original: Method): Method {
    const note = (path: unknown): void => this.#note(path);
    const watched: Method = function (...args) {
      note(args[0]);
      return original.apply(this, args);
    };
    return Object.defineProperties(watched, Object.getOwnPropertyDescriptors(original));
  }

  #note(path: unknown): void {
    const text = path instanceof URL ? path.pathname : path;
    if (typeof text !== 'string' || this.#seen.has(text) || this.#seen.size === PATHS_MAX) return;
    const frames = userFrames(new Error('here'))?.split('\n') ?? [];
    if (frames.length > 0 && !PACKAGES.test(frames[0]!)) this.#seen.add(text);
  }
}
