import { randomUUID } from 'node:crypto';
import { open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scratch } from '../ports/scratch.ts';

/**
 * In the system's directory for temporary files. The name goes as soon as it is there, so whatever ends the process, a
 * kill or a power cut, the kernel gives the room back: at worst an empty file stays, of a kill between two calls.
 */
export const systemScratch: Scratch = {
  async file() {
    const path = join(tmpdir(), `jiggle-${randomUUID()}`);
    const file = await open(path, 'wx+', 0o600);
    try {
      await unlink(path);
    } catch (error) {
      await file.close();
      throw error;
    }
    return file;
  },
};
