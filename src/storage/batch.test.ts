import { describe, expect, it } from 'vitest';
import { Core } from '../../harness/disk/core/core.ts';
import { createFacade, type Facade } from '../../harness/disk/facade/facade.ts';
import { Image } from '../../harness/disk/image/image.ts';
import { Batch } from './batch.ts';
import { writeDurably, writeNew } from './durable.ts';

/** What is in `/d` after some work on a disk whose n-th fsync, from 1, fails with EIO, and what was thrown. */
async function failing(
  number: number,
  work: (fs: Facade) => Promise<void>,
): Promise<{ names: string[]; error: unknown }> {
  const disk = new Core(Image.empty());
  disk.mkdir('/d');
  const scout = new Core(disk.image.fork(), { faults: { faults: [] } });
  await work(createFacade(scout));
  const syncs = scout.faults!.chances.filter(({ kind }) => kind === 'fsync');
  const faults = [{ call: syncs[number - 1]!.call, kind: 'eio' }] as const;
  const core = new Core(disk.image.fork(), { faults: { faults } });
  const error: unknown = await work(createFacade(core)).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { names: core.readdir('/d'), error };
}

const EACH = { entriesPerSync: 1, groupSyncFrom: Infinity };

describe('a file whose fsync fails', () => {
  it('is gone again if it was written to be durable', async () => {
    const { names, error } = await failing(1, async (fs) => await writeDurably(fs, '/d/a', Buffer.from('a')));
    expect(error).toMatchObject({ code: 'EIO' });
    expect(names).toEqual([]);
  });

  it('is gone again if its batch has written it, and those before it stay', async () => {
    const { names, error } = await failing(2, async (fs) => {
      const batch = new Batch(fs, EACH);
      for (const path of ['/d/a', '/d/b']) {
        await writeNew(fs, path, Buffer.from(path));
        batch.made(path);
      }
      await batch.end();
    });
    expect(error).toMatchObject({ code: 'EIO' });
    expect(names).toEqual(['a']);
  });

  it('stays if it was only found: nobody knows what else there is of it', async () => {
    const { names, error } = await failing(1, async (fs) => {
      const batch = new Batch(fs, EACH);
      await writeNew(fs, '/d/a', Buffer.from('a'));
      batch.wrote('/d/a');
      await batch.end();
    });
    expect(error).toMatchObject({ code: 'EIO' });
    expect(names).toEqual(['a']);
  });
});
