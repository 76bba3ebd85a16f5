import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { differences } from './differences.ts';
import { temporaryDirectory } from './program.ts';
import { readTree, writeTree, type Tree } from './real-tree.ts';

let place: string;
let before: Tree;

beforeEach(async () => {
  place = await temporaryDirectory();
  await fs.mkdir(join(place, 'd'), { mode: 0o700 });
  await fs.writeFile(join(place, 'd/f'), 'content', { mode: 0o640 });
  await fs.link(join(place, 'd/f'), join(place, 'd/g'));
  await fs.symlink('target', join(place, 'link'));
  before = await readTree(place);
});

afterEach(async () => {
  await fs.rm(place, { recursive: true });
});

describe('the comparison of disks', () => {
  it('finds nothing in the same tree, nor in a copy of it', async () => {
    expect(differences(await readTree(place), before)).toEqual([]);
    const copy = await temporaryDirectory();
    await writeTree(fs, copy, before);
    expect(differences(await readTree(copy), before)).toEqual([]);
    await fs.rm(copy, { recursive: true });
  });

  it.each<[what: string, change: (at: (name: string) => string) => Promise<unknown>, line: string]>([
    [
      'a changed byte',
      (at) => fs.writeFile(at('d/f'), 'contemt'),
      '/d/f: the contents differ from byte 5 on',
    ],
    ['a byte more', (at) => fs.appendFile(at('d/f'), 's'), '/d/f: size is 8, should be 7'],
    ['a lost file', (at) => fs.unlink(at('d/g')), '/d/g is missing'],
    ['a lost name of a file', (at) => fs.unlink(at('d/g')), '/d/f: links is 1, should be 2'],
    ['a file too many', (at) => fs.writeFile(at('new'), ''), '/new should not be there'],
    ['a mode', (at) => fs.chmod(at('d'), 0o755), '/d: mode is 0755, should be 0700'],
    [
      'a link target',
      (at) => fs.unlink(at('link')).then(() => fs.symlink('other', at('link'))),
      '/link: target is other, should be target',
    ],
    [
      'a hard link that is a copy',
      (at) => fs.unlink(at('d/g')).then(() => fs.copyFile(at('d/f'), at('d/g'))),
      '/d/g: first name is none, should be /d/f',
    ],
    [
      'a symlink that is a file',
      (at) => fs.unlink(at('link')).then(() => fs.writeFile(at('link'), 'target')),
      '/link: kind is file, should be symlink',
    ],
  ])('notices %s', async (_what, change, line) => {
    await change((name) => join(place, name));
    expect(differences(await readTree(place), before)).toContain(line);
  });
});
