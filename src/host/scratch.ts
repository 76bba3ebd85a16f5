import { randomUUID } from 'node:crypto';
import { open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { FileSystem } from '../ports/file-system.ts';
import type { Scratch } from '../ports/scratch.ts';

/** In the system's directory for temporary files, as it is then. */
export const systemScratch: Scratch = {
  file: () => scratchIn({ open, unlink }, tmpdir(), randomUUID).file(),
};

/**
 * In a directory. The name goes as soon as it is there, so whatever ends the process, a kill or a power cut, the kernel
 * gives the room back: at worst an empty file stays, of a kill between two calls.
 *
 * @param unique makes a name that nobody else has
 */
export function scratchIn(
  fs: Pick<FileSystem, 'open' | 'unlink'>,
  directory: string,
  unique: () => string,
): Scratch {
  return {
    async file() {
      const path = `${directory}/jiggle-${unique()}`;
      const file = await fs.open(path, 'wx+', 0o600);
      try {
        await fs.unlink(path);
      } catch (error) {
        await file.close();
        throw error;
      }
      return file;
    },
  };
}
