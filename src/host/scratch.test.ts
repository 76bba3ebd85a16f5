import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemScratch } from './scratch.ts';

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'jiggle-scratch-'));
  vi.stubEnv('TMPDIR', place);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(place, { recursive: true });
});

it('two files on the side hold what is written to each, and no name is left, even while they are open', async () => {
  const [one, two] = [await systemScratch.file(), await systemScratch.file()];
  await one.write(Buffer.from('first'), 0, 5, null);
  await two.write(Buffer.from('second'), 0, 6, null);
  expect(await readdir(place)).toEqual([]);
  const read = Buffer.alloc(3);
  expect(await two.read(read, 0, 3, 3)).toMatchObject({ bytesRead: 3 });
  expect(read.toString()).toBe('ond');
  await one.close();
  await two.close();
});

it('says so where there is no such directory', async () => {
  vi.stubEnv('TMPDIR', join(place, 'nowhere'));
  await expect(systemScratch.file()).rejects.toMatchObject({ code: 'ENOENT' });
});
