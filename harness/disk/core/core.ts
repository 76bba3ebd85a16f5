import * as composites from './composites.ts';
import { SystemCalls } from './system-calls.ts';

/**
 * The simulated disk as programs see it: the system calls of one life, and what Node does in several of them, which is
 * several calls here, too, each with an op of its own.
 */
export class Core extends SystemCalls {
  /** Of a path, or of what is left to read of a descriptor. */
  readFile(file: string | number, flags = 0): Buffer {
    return composites.readFile(this, file, flags);
  }

  writeFile(file: string | number, data: Uint8Array, options?: composites.WriteFileOptions): void {
    composites.writeFile(this, file, data, options);
  }

  appendFile(file: string | number, data: Uint8Array, options?: composites.WriteFileOptions): void {
    composites.appendFile(this, file, data, options);
  }

  truncate(path: string, size: number): void {
    composites.truncate(this, path, size);
  }

  copyFile(from: string, to: string, mode = 0): void {
    composites.copyFile(this, from, to, mode);
  }

  /** Returns the first directory that was made, or undefined if all were there. */
  mkdirp(path: string, mode = 0o777): string | undefined {
    return composites.mkdirp(this, path, mode);
  }

  rm(path: string, options?: composites.RmOptions): void {
    composites.rm(this, path, options);
  }

  /** Removes a directory and all that is in it. */
  removeTree(path: string): void {
    composites.removeTree(this, path);
  }
}
