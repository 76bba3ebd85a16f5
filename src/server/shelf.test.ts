import * as nodeFs from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TemporaryStore, backupOf, temporaryStore } from '../testing/temporary-store.ts';
import { versions } from '../testing/versions.ts';
import { logLines, shelf } from './shelf.ts';

let place: TemporaryStore;
beforeEach(async () => {
  place = await temporaryStore();
});
afterEach(() => place.remove());

async function made(count: number, settings = {}): Promise<string[]> {
  const store = await place.open(settings);
  for (const version of versions.slice(0, count)) await backupOf(store, version);
  return (await store.list()).map(({ name }) => name);
}

const flagsOf = async () =>
  (await shelf(nodeFs, place.root)).map(({ number, flags }) => `${number}: ${flags.join(' ')}`);

describe('the shelf of a client', () => {
  it('has the newest backup first, and says which is current and which may be deleted', async () => {
    await made(3);
    expect(await flagsOf()).toEqual(['3: current manifest', '2: manifest', '1: deletable manifest']);
  });

  it('says which backups are hardlinked: the one after them may be deleted as well', async () => {
    await made(2, { hardlinkedArchive: true });
    expect(await flagsOf()).toEqual([
      '2: hardlinked deletable current manifest',
      '1: hardlinked deletable manifest',
    ]);
  });

  it('says what is not finished, and what has no manifest', async () => {
    const [first, second] = await made(3);
    await nodeFs.symlink(first!, `${place.root}/working`);
    await nodeFs.symlink(second!, `${place.root}/finishing`);
    await nodeFs.unlink(`${place.root}/${first}/manifest.gz`);
    expect(await flagsOf()).toEqual(['3: current manifest', '2: finishing manifest', '1: deletable working']);
  });

  it('has the logs that are there, packed or not', async () => {
    const [name] = await made(1);
    await nodeFs.writeFile(`${place.root}/${name}/restorelog`, 'one\ntwo\n');
    await nodeFs.writeFile(`${place.root}/${name}/verify_stats`, '{}\n');
    const [only] = await shelf(nodeFs, place.root);
    expect(only!.logs).toEqual(['backup', 'restore', 'backup_stats', 'verify_stats']);
    expect(await logLines(nodeFs, place.root, name!, 'restore')).toEqual(['one', 'two']);
  });

  it('is empty where nothing is', async () => {
    expect(await shelf(nodeFs, place.root)).toEqual([]);
  });
});

describe('a log', () => {
  it('is unpacked; one that is damaged, missing, or no file of its own is none', async () => {
    const [name] = await made(1);
    const directory = `${place.root}/${name}`;
    const log = () => logLines(nodeFs, place.root, name!, 'verify');
    expect(await log()).toBeUndefined();
    await nodeFs.writeFile(`${directory}/verifylog.gz`, gzipSync('a\nb\n'));
    expect(await log()).toEqual(['a', 'b']);
    await nodeFs.truncate(`${directory}/verifylog.gz`, 12);
    expect(await log()).toBeUndefined();
    await nodeFs.unlink(`${directory}/verifylog.gz`);
    await nodeFs.writeFile(`${place.directory}/secret`, 'not for clients\n');
    await nodeFs.symlink(`${place.directory}/secret`, `${directory}/verifylog`);
    expect(await log()).toBeUndefined();
    await nodeFs.mkdir(`${directory}/verifylog.gz`);
    expect(await log()).toBeUndefined();
  });
});
