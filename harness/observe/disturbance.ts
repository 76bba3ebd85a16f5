import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Choices } from '../persistence/choices.ts';
import { run } from './tools.ts';

/** A file that other programs write to. It is no part of what is observed. */
export const UNRELATED = '.blackout-unrelated';

/**
 * What a machine does beside the program, and no program can keep it from: writes a part of a file back, ends a
 * transaction, or lets another program sync a file of its own. Without it, most of what is in memory never is on the
 * drive before a short program ends.
 *
 * @param files what is there to be written back, below the folder
 */
export function disturb(root: string, files: readonly string[], choices: Choices): void {
  switch (choices.choose(8)) {
    case 0:
    case 1: {
      const path = files[choices.choose(Math.max(1, files.length))];
      if (path !== undefined) writeBack(join(root, path), choices);
      return;
    }
    case 2:
      return syncUnrelated(root, choices);
    case 3:
      return run('sync', ['-f', root]);
    case 4:
      return rest(10);
    default:
  }
}

/** Makes the file that others sync, before anything is observed. */
export function makeUnrelated(root: string): void {
  closeSync(openSync(join(root, UNRELATED), 'w'));
}

function syncUnrelated(root: string, choices: Choices): void {
  const fd = openSync(join(root, UNRELATED), 'r+');
  writeSync(fd, String.fromCharCode(0x61 + choices.choose(26)));
  fsyncSync(fd);
  closeSync(fd);
}

const PAGE = 4096;

/** Begins to write back some pages of a file, and waits until they have been handed to the drive, or does not. */
function writeBack(path: string, choices: Choices): void {
  const first = choices.choose(3) * PAGE;
  const length = choices.choose(3) * PAGE;
  run('xfs_io', ['-c', `sync_range -w ${first} ${length}`, path]);
  if (choices.choose(2) === 0) rest(5);
}

/** Does nothing for so many milliseconds, while the kernel's own threads go on. */
function rest(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
