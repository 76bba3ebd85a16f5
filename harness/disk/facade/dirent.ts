import { Ordinary } from '../core/ordinary.ts';
import type { DirectoryEntry } from '../core/reading.ts';

/** An entry of `readdir` with file types, in the shape of `node:fs`' Dirent. */
export class Dirent extends Ordinary {
  readonly name: string;
  readonly parentPath: string;
  readonly #kind: DirectoryEntry['kind'];

  constructor(entry: DirectoryEntry, parentPath: string) {
    super();
    this.name = entry.name;
    this.parentPath = parentPath;
    this.#kind = entry.kind;
  }

  /** Node's older name of `parentPath`. */
  get path(): string {
    return this.parentPath;
  }

  isFile(): boolean {
    return this.#kind === 'file';
  }

  isDirectory(): boolean {
    return this.#kind === 'dir';
  }

  isSymbolicLink(): boolean {
    return this.#kind === 'symlink';
  }
}
