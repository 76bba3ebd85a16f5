import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemFiles } from '../host/system-files.ts';
import { handOver } from './hand-over.ts';

const NAME = '0000001 2026-11-25 07:20:52 +0000';
let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'jiggle-hand-over-'));
});
afterEach(() => rm(place, { recursive: true }));

async function giveUp(text: string, fs = systemFiles): Promise<void> {
  await mkdir(join(place, 'store/laptop', NAME), { recursive: true });
  await writeFile(join(place, 'store/laptop', NAME, 'file'), text);
  await handOver(fs, join(place, 'store/laptop'), NAME, join(place, 'away'));
}

it('a backup of a name that was there before stands beside that one', async () => {
  for (const text of ['first', 'second', 'third']) await giveUp(text);
  const names = [`laptop-${NAME}`, `laptop-${NAME}.1`, `laptop-${NAME}.2`];
  expect((await readdir(join(place, 'away'))).sort()).toEqual(names);
  expect(await readFile(join(place, 'away', names[1]!, 'file'), 'utf8')).toBe('second');
  expect(await readdir(join(place, 'store/laptop'))).toEqual([]);
});

it('what is on another file system is not moved, stays where it was, and is said with its option', async () => {
  const rename = () => Promise.reject(Object.assign(new Error('EXDEV'), { code: 'EXDEV' }));
  await expect(giveUp('text', { ...systemFiles, rename })).rejects.toThrow(
    /^manual_delete is on another file system than .*0000001/,
  );
  expect(await readdir(join(place, 'store/laptop'))).toEqual([NAME]);
});
