import { expect, it } from 'vitest';
import type { FileSystem } from '../ports/file-system.ts';
import { findAttempts, formatBatch } from './account.ts';
import { md5Of } from './codec/digest.ts';
import { NO_ATTRIBUTES } from './manifest/attributes.ts';
import { entryOf } from './manifest/entry.ts';

const entry = {
  ...entryOf('f', '/a', NO_ATTRIBUTES),
  dataPath: 't/a',
  end: { size: 1, md5: '0'.repeat(32) },
};
const batch = formatBatch([{ entry, as: 'whole' }]);
/** More than anybody needs to see that a file of two batches is at its end. */
const MOST_READS = 50;

/** A disk with this one file, which hands out `atOnce` bytes for a read at most, and does not let itself be asked for ever. */
function diskOf(bytes: Uint8Array, atOnce: number, mostReads = MOST_READS): FileSystem {
  let reads = 0;
  const file = {
    async stat() {
      return { size: bytes.length };
    },
    async read(buffer: Uint8Array, offset: number, length: number, position: number) {
      if (++reads > mostReads) throw new Error('it is read without end');
      const piece = bytes.subarray(position, position + Math.min(length, atOnce));
      buffer.set(piece, offset);
      return { bytesRead: piece.length };
    },
    async close() {},
  };
  return { lstat: () => file.stat(), open: async () => file } as unknown as FileSystem;
}

it.each([
  ['nothing', Buffer.alloc(0), 0],
  ['a single byte', Buffer.from('b'), 0],
  ['one batch', batch, batch.length],
  ['one batch and a part of another', Buffer.concat([batch, batch.subarray(0, 40)]), batch.length],
  ['a batch without its last byte', batch.subarray(0, -1), 0],
  ['two attempts', Buffer.concat([batch, batch]), 2 * batch.length],
])('an account that holds %s is read to its end, and not for ever', async (_, bytes, length) => {
  const { starts, ...found } = await findAttempts(diskOf(bytes, bytes.length), 'account');
  expect(found).toEqual({ length, size: bytes.length });
  expect(starts).toHaveLength(length / batch.length);
});

it('an account comes in as many reads as the disk likes, if only one byte at a time', async () => {
  const twice = Buffer.concat([batch, batch]);
  expect(await findAttempts(diskOf(twice, 1, 1000), 'account')).toEqual({
    length: twice.length,
    size: twice.length,
    starts: [0, batch.length],
  });
});

it('a batch that holds no entries, though its sum is right, says nothing and hides nothing', async () => {
  const body = 'w\nno entries at all';
  const foreign = Buffer.from(`batch ${body.length} ${md5Of(Buffer.from(body))}\n${body}`);
  const bytes = Buffer.concat([foreign, batch]);
  const { length } = await findAttempts(diskOf(bytes, bytes.length), 'account');
  expect(length).toBe(bytes.length);
});
