import { execFileSync, spawnSync } from 'node:child_process';
import * as nodeFs from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { entryOf } from '../storage/manifest/entry.ts';
import { NO_ATTRIBUTES } from '../storage/manifest/attributes.ts';
import { compareEntries } from '../storage/manifest/entry.ts';
import { type TemporaryStore, backupOf, temporaryStore } from '../testing/temporary-store.ts';
import { DirectorySink } from './directory-sink.ts';
import { directorySource } from './directory-source.ts';
import { file, memoryTree } from './memory-tree.ts';

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

/** Whether this process may make devices: root in a container may not. */
const mayMakeDevices =
  spawnSync('mknod', [join(tmpdir(), `jiggle-node-${process.pid}`), 'c', '1', '3']).status === 0;
if (mayMakeDevices) await nodeFs.unlink(join(tmpdir(), `jiggle-node-${process.pid}`));

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

it('fifos come back, below directories of any name, and sockets are named', async () => {
  const odd = Buffer.concat([Buffer.from(`${from}/`), Buffer.from([0xff])]);
  await nodeFs.mkdir(odd);
  execFileSync('mkfifo', ['-m', '0620', join(from, 'fifo')]);
  await nodeFs.rename(join(from, 'fifo'), Buffer.concat([odd, Buffer.from('/fifo')]));
  await nodeFs.utimes(Buffer.concat([odd, Buffer.from('/fifo')]), 123, 456);
  const store = await place.open();
  const listener = createServer().listen(join(from, 'socket'));
  await new Promise((resolve) => listener.once('listening', resolve));
  await backupOf(store, directorySource(from));
  const sink = new DirectorySink(to);
  const { failures } = await store.restore(1, sink, { strip: from.split('/').length - 1 });
  listener.close();
  expect(failures).toEqual([expect.stringMatching(/socket: it was a socket/)]);
  const stat = await nodeFs.lstat(
    Buffer.concat([Buffer.from(`${to}/`), Buffer.from([0xff]), Buffer.from('/fifo')]),
  );
  expect(stat.isFIFO()).toBe(true);
  expect([stat.mode & 0o7777, stat.mtimeMs]).toEqual([0o620, 456_000]);
  expect(await nodeFs.readdir(to)).toHaveLength(1);
});

it.skipIf(!mayMakeDevices)('devices come back for those who may make them', async () => {
  const device = (mode: number, rdev: number) => entryOf('s', '/d', { ...NO_ATTRIBUTES, mode, rdev });
  const sink = new DirectorySink(to);
  expect(await sink.make(device(0o020640, 0x103), '/null')).toBeUndefined();
  // 7:300, whose minor number has more than eight bits.
  expect(await sink.make(device(0o060640, 0x10072c), '/loop')).toBeUndefined();
  const [found] = [execFileSync('stat', ['-c', '%f %t:%T', join(to, 'null'), join(to, 'loop')]).toString()];
  expect(found).toBe('21a0 1:3\n61a0 7:12c\n');
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

it('what a Windows client backed up comes back below its drives, and a path that is too long costs only itself', async () => {
  const store = await place.open();
  const long = `/${'d/'.repeat(15_800)}end`;
  await backupOf(store, memoryTree({ 'C:/Users/a': file('a'), 'D:/b': file('b'), [long]: file('c') }));
  const sink = new DirectorySink(to);
  const { failures } = await store.restore(1, sink);
  expect(failures).toEqual([
    expect.stringMatching(/^\/d\/d.*: refused: no path here can have 4096 bytes or more$/),
  ]);
  expect(await nodeFs.readdir(to)).toEqual(['C:', 'D:']);
  expect(await nodeFs.readFile(join(to, 'C:/Users/a'), 'utf8')).toBe('a');
  const only = join(to, 'only');
  await nodeFs.mkdir(only);
  await store.restore(1, new DirectorySink(only), { prefix: 'C:\\Users\\' });
  expect(await nodeFs.readdir(only)).toEqual(['C:']);
});
