import { randomBytes } from 'node:crypto';
import * as nodeFs from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { file, memoryTree } from '../client/memory-tree.ts';
import { MemorySink } from '../client/memory-sink.ts';
import { systemScratch } from '../host/scratch.ts';
import type { FileSystem, OpenFile } from '../ports/file-system.ts';
import type { BackupSource } from '../ports/backup-source.ts';
import type { Scratch } from '../ports/scratch.ts';
import { ownLocks } from '../ports/host.ts';
import { watched } from '../testing/watched-file.ts';
import {
  type TemporaryStore,
  backupOf,
  expected,
  restored,
  temporaryStore,
} from '../testing/temporary-store.ts';
import { versions } from '../testing/versions.ts';
import { openStore } from './store.ts';

let place: TemporaryStore;
beforeEach(async () => {
  place = await temporaryStore();
});
afterEach(() => place.remove());

/** Files on the side, of which is known how many are open. */
class CountingScratch implements Scratch {
  made = 0;
  open = 0;

  async file(): Promise<OpenFile> {
    this.made++;
    this.open++;
    return watched(await systemScratch.file(), () => this.open--);
  }
}

it(
  'large files pass through in pieces: whole, as deltas, packed and unpacked',
  { timeout: 600_000 },
  async () => {
    const start = randomBytes(5 << 20);
    const versionOf = (version: number) => Buffer.concat([start, Buffer.from(`version ${version}`), start]);
    const trees = [1, 2, 3].map((version) =>
      memoryTree({
        '/big': file(versionOf(version), { mtime: version }),
        '/small': file('s', { mtime: version }),
      }),
    );
    for (const compression of [0, 1]) {
      const own = await temporaryStore();
      try {
        const store = await own.open({ compression });
        for (const tree of trees) await backupOf(store, tree);
        const scratch = new CountingScratch();
        const frugal = await openStore({
          fs: nodeFs,
          clock: { now: () => 0 },
          host: ownLocks(),
          directory: own.directory,
          client: 'client',
          scratch,
        });
        for (const at of trees.keys()) {
          expect(Buffer.compare((await restored(frugal, at + 1)).get('/big')!.data!, versionOf(at + 1))).toBe(
            0,
          );
        }
        // From the third one back to the first there is a step between; a packed file is unpacked first.
        expect(scratch).toMatchObject({ made: compression === 0 ? 1 : 3, open: 0 });
        const [first] = await store.list();
        const { size } = await nodeFs.stat(`${own.root}/${first!.name}/deltas.reverse/t/big`);
        expect(size).toBeLessThan(100_000);
        expect(own.warnings).toEqual([]);
      } finally {
        await own.remove();
      }
    }
  },
);

it('two processes do not work on one client at a time', async () => {
  const host = ownLocks();
  const options = { fs: nodeFs, clock: { now: () => 0 }, host, directory: place.directory, client: 'client' };
  const [one, two] = [await openStore(options), await openStore(options)];
  const slow: BackupSource = {
    async *scan() {
      await expect(two.recover()).rejects.toMatchObject({ code: 'EBUSY' });
      yield* versions[0]!.scan();
    },
    read: (entry) => versions[0]!.read(entry),
  };
  await backupOf(one, slow);
  await two.recover();
});

it('on a full disk an old backup can be deleted, and then the received one is finished', async () => {
  const store = await place.open();
  await backupOf(store, versions[0]!);
  await backupOf(store, versions[1]!);
  const dies = () => {
    throw new Error('cut after the point of no return');
  };
  await expect(backupOf(store, versions[2]!, dies)).rejects.toThrow('cut');
  const isFull = { now: true };
  const full = Object.assign(Object.create(nodeFs) as FileSystem, {
    async open(path: string, flags?: string, mode?: number) {
      if (isFull.now && flags === 'wx')
        throw Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC' });
      return nodeFs.open(path, flags, mode);
    },
    async unlink(path: string) {
      isFull.now = false;
      return nodeFs.unlink(path);
    },
  });
  const tight = await place.open({}, full);
  await expect(tight.recover()).rejects.toMatchObject({ code: 'ENOSPC' });
  await expect(tight.remove(2)).rejects.toMatchObject({ code: 'EBUSY' });
  await tight.remove(1);
  await tight.recover();
  expect((await tight.list()).map(({ number }) => number)).toEqual([2, 3]);
  for (const number of [2, 3])
    expect(await restored(tight, number)).toEqual(await expected(versions[number - 1]!));
});

it('a restore goes on while a newer backup takes files over', async () => {
  const store = await place.open();
  await backupOf(store, versions[0]!);
  class Interfering extends MemorySink {
    private isDone = false;
    override async make(...args: Parameters<MemorySink['make']>): Promise<undefined> {
      if (!this.isDone) {
        this.isDone = true;
        await backupOf(store, versions[1]!);
        await backupOf(store, versions[2]!);
      }
      return super.make(...args);
    }
  }
  const sink = new Interfering();
  expect((await store.restore(1, sink)).failures).toEqual([]);
  expect(sink.nodes).toEqual(await expected(versions[0]!));
});
