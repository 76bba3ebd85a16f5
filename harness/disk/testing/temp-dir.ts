import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Memory is faster than a disk and has the same rules; where there is none, the disk will do. */
const MEMORY = '/dev/shm';

/** So deep that no random `..`, with symlinks or without, gets out of the temporary directory. */
const DEPTH = 16;

/** A temporary directory for commands to run wild in, and how to empty and remove it. */
export interface Playground {
  readonly root: string;
  /** Far above: even if the commands move or remove the directory that they run in, this one is still there. */
  readonly top: string;
  /** Empties it; it must be called before each use, too. */
  reset(): void;
  remove(): void;
}

export function makePlayground(): Playground {
  const base = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'disk-test-'));
  const top = join(base, 'd');
  const root = join(top, ...Array.from({ length: DEPTH - 1 }, () => 'd'));
  return {
    root,
    top,
    reset() {
      rmSync(top, { recursive: true, force: true });
      mkdirSync(root, { recursive: true });
    },
    remove() {
      rmSync(base, { recursive: true, force: true });
    },
  };
}
