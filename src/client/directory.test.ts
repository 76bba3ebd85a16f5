import * as nodeFs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { entryOf } from '../storage/manifest/entry.ts';
import { NO_ATTRIBUTES } from '../storage/manifest/attributes.ts';
import { compareEntries } from '../storage/manifest/entry.ts';
import { type TemporaryStore, backupOf, temporaryStore } from '../testing/temporary-store.ts';
import { DirectorySink } from './directory-sink.ts';
import { directorySource } from './directory-source.ts';

let place: TemporaryStore;
let from: string;
let to: string;
beforeEach(async () => {
  place = await temporaryStore();
  const base = await nodeFs.realpath(await nodeFs.mkdtemp(join(tmpdir(), 'jiggle-tree-')));
  from = join(base, 'from');
  to = join(base, 'to');
  await nodeFs.mkdir(from);
  await nodeFs.mkdir(to);
});
afterEach(async () => {
  await place.remove();
  await nodeFs.rm(join(from, '..'), { recursive: true, force: true });
});

async function fill(): Promise<void> {
  await nodeFs.mkdir(join(from, 'sub/deep'), { recursive: true });
  await nodeFs.writeFile(join(from, 'sub/file'), 'text');
  await nodeFs.writeFile(join(from, 'sub/deep/empty'), '');
  await nodeFs.writeFile(join(from, 'sub.x'), 'sorts after what is in sub');
  await nodeFs.writeFile(join(from, 'caf\u00e9'), 'accent');
  await nodeFs.writeFile(Buffer.concat([Buffer.from(`${from}/`), Buffer.from([0xff, 0xfe])]), 'not UTF-8');
  await nodeFs.link(join(from, 'sub/file'), join(from, 'zz-second'));
  await nodeFs.symlink('nowhere/at all', join(from, 'link'));
  await nodeFs.chmod(join(from, 'sub.x'), 0o751);
  await nodeFs.utimes(join(from, 'sub/file'), 12_345, 54_321);
  await nodeFs.lutimes(join(from, 'link'), 1, 2);
  await nodeFs.chmod(join(from, 'sub/deep'), 0o500);
  await nodeFs.utimes(join(from, 'sub'), 111, 222);
}

/** Everything that a restore has to bring back, by name. */
async function describe(directory: string): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  const walk = async (path: Buffer, name: string): Promise<void> => {
    const stat = await nodeFs.lstat(path);
    const content = stat.isSymbolicLink()
      ? await nodeFs.readlink(path)
      : stat.isFile() && (await nodeFs.readFile(path)).toString('latin1');
    const mtime = Math.floor(stat.mtimeMs / 1000);
    found[name] = [stat.mode, mtime, content, stat.isDirectory() ? 0 : stat.nlink];
    if (!stat.isDirectory()) return;
    for (const child of await nodeFs.readdir(path, { encoding: 'buffer' }))
      await walk(Buffer.concat([path, Buffer.from('/'), child]), `${name}/${child.toString('latin1')}`);
  };
  await walk(Buffer.from(directory), '');
  return found;
}

it('a real directory comes back with modes, times, links and names of any bytes', async () => {
  await fill();
  const store = await place.open();
  await backupOf(store, directorySource(from));
  const { failures } = await store.restore(1, new DirectorySink(to), { strip: from.split('/').length - 1 });
  expect(failures).toEqual([]);
  const sub = async (directory: string) => {
    const { '': _, ...rest } = await describe(directory);
    return rest;
  };
  expect(await sub(to)).toEqual(await sub(from));
  expect(place.warnings).toEqual([]);
});

it('a scan is in the order of the manifest, whatever the names', async () => {
  await fill();
  const entries = [];
  for await (const entry of directorySource(from).scan()) if (typeof entry !== 'string') entries.push(entry);
  expect(entries).toHaveLength(10);
  expect(entries.toSorted(compareEntries)).toEqual(entries);
});

it('an unchanged directory sends nothing the second time', async () => {
  await fill();
  const store = await place.open();
  await backupOf(store, directorySource(from));
  const { counts } = await backupOf(store, directorySource(from));
  expect(counts).toMatchObject({ whole: 0, delta: 0, kept: 5 });
});

it('what is to be skipped is named and left out', async () => {
  await fill();
  const skip = [join(from, 'sub')];
  const store = await place.open();
  const { warnings } = await backupOf(store, directorySource(from, { skip }));
  expect(warnings).toMatchObject([expect.stringContaining('left out')]);
  await store.restore(1, new DirectorySink(to));
  await expect(nodeFs.lstat(join(to, from, 'sub'))).rejects.toMatchObject({ code: 'ENOENT' });
});

it('a restore writes no file through a link that leads out of its target', async () => {
  const sink = new DirectorySink(to);
  await nodeFs.symlink(from, join(to, 'out'));
  const file = entryOf('f', '/out/file', NO_ATTRIBUTES);
  expect(await sink.write(file, file.path, Buffer.from('x'))).toContain('EEXIST');
  expect(await sink.write(file, '/a/../../file', Buffer.from('x'))).toContain('refused');
  const link = entryOf('L', '/hard', NO_ATTRIBUTES, { link: '/out/file' });
  expect(await sink.make(link, link.path)).toContain('EEXIST');
  expect(await nodeFs.readdir(from)).toEqual([]);
});

it('a restore replaces what is there only when told to', async () => {
  await nodeFs.writeFile(join(to, 'file'), 'mine');
  const file = entryOf('f', '/file', { ...NO_ATTRIBUTES, mode: 0o100644 });
  expect(await new DirectorySink(to).write(file, file.path, Buffer.from('new'))).toContain('exists');
  expect(await nodeFs.readFile(join(to, 'file'), 'utf8')).toBe('mine');
  const bold = new DirectorySink(to, { overwrite: true });
  expect(await bold.write(file, file.path, Buffer.from('new'))).toBeUndefined();
  expect(await nodeFs.readFile(join(to, 'file'), 'utf8')).toBe('new');
  expect(await nodeFs.readdir(to)).toEqual(['file']);
});
