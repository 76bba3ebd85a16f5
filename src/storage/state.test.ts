import * as nodeFs from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { FileSystem } from '../ports/file-system.ts';
import { finished, look } from './state.ts';

const OLD = '0000001 2026-11-23 03:24:47 +0000';
const NEW = '0000002 2026-11-24 03:24:47 +0000';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'jiggle-state-'));
  for (const name of [OLD, NEW]) await nodeFs.mkdir(join(root, name));
  await nodeFs.symlink(OLD, join(root, 'current'));
  await nodeFs.symlink(NEW, join(root, 'working'));
});
afterEach(() => rm(root, { recursive: true }));

/** The disk, on which something happens right before the first link is read. */
function meanwhile(happens: () => Promise<unknown>): FileSystem {
  let isDone = false;
  return Object.assign(Object.create(nodeFs) as FileSystem, {
    async readlink(path: string) {
      if (!isDone) {
        isDone = true;
        await happens();
      }
      return nodeFs.readlink(path);
    },
  });
}

it('whoever looks while a backup becomes received does not take it for finished', async () => {
  const fs = meanwhile(() => nodeFs.rename(join(root, 'working'), join(root, 'finishing')));
  const state = await look(fs, root);
  expect(state).toMatchObject({ working: undefined, finishing: NEW, current: OLD });
  expect(finished(state)).toEqual([OLD]);
});

it('whoever looks while a backup is given up sees what is there then', async () => {
  const fs = meanwhile(async () => {
    await nodeFs.rmdir(join(root, NEW));
    await nodeFs.unlink(join(root, 'working'));
  });
  expect(await look(fs, root)).toMatchObject({ working: undefined, directories: [OLD] });
});

it('a link that is always gone when it is read is an error, not a reason to look for ever', async () => {
  const gone = Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT' });
  const fs = Object.assign(Object.create(nodeFs) as FileSystem, { readlink: () => Promise.reject(gone) });
  await expect(look(fs, root)).rejects.toBe(gone);
});
