import * as nodeFs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Chain } from '../storage/chain.ts';
import { md5Of } from '../storage/codec/digest.ts';
import type { Data } from '../storage/durable.ts';
import { placeOf } from '../storage/job.ts';
import { NO_ATTRIBUTES } from '../storage/manifest/attributes.ts';
import { type Entry, entryOf } from '../storage/manifest/entry.ts';
import { openBackup } from './open-backup.ts';

let directory: string;
beforeEach(async () => {
  directory = await nodeFs.mkdtemp(join(tmpdir(), 'jiggle-open-'));
});
afterEach(() => nodeFs.rm(directory, { recursive: true }));

const TEXT = Buffer.from('what the client wants back\n'.repeat(50));
/** From so many bytes on, files don't pass through the memory as a whole: those here do, or don't, as a test likes. */
const LARGE = 100;

/** What a client gets of a file that is stored like this. */
async function sent(stored: Uint8Array, compression: number, from: number): Promise<Data> {
  const attributes = { ...NO_ATTRIBUTES, compression };
  const end = { size: TEXT.length, md5: md5Of(TEXT) };
  const entry: Entry = { ...entryOf('f', '/a', attributes), dataPath: 't/a', end };
  const path = placeOf(directory, entry);
  await nodeFs.mkdir(dirname(path), { recursive: true });
  await nodeFs.writeFile(path, stored);
  const scratch = { from, file: () => Promise.reject(new Error('nothing is read at random here')) };
  const chain: Chain = { fs: nodeFs, directories: [directory], scratch };
  return await openBackup({ name: 'b', entries: [] } as never, chain).packed(entry);
}

async function wholeOf(data: Data): Promise<Buffer> {
  if (data instanceof Uint8Array) return Buffer.from(data);
  const pieces: Uint8Array[] = [];
  for await (const piece of data) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('a file of a backup, for its client', () => {
  it.each([
    ['small', 1 << 20, true],
    ['large', LARGE, false],
  ])('that is %s and stored unpacked is packed for the way', async (_, from, isAtOnce) => {
    const data = await sent(TEXT, 0, from);
    expect(data instanceof Uint8Array).toBe(isAtOnce);
    expect(gunzipSync(await wholeOf(data))).toEqual(TEXT);
  });

  it('that is stored packed comes as it is', async () => {
    const packed = gzipSync(TEXT, { level: 9 });
    expect(await wholeOf(await sent(packed, 9, 1 << 20))).toEqual(packed);
  });

  it.each([1 << 20, LARGE])(
    'does not come as if it were right if it is not, if held up to %d bytes',
    async (from) => {
      const damaged = Buffer.from(TEXT);
      damaged[TEXT.length >> 1]! ^= 1;
      const coming = sent(damaged, 0, from).then(wholeOf);
      await expect(coming).rejects.toMatchObject({ code: 'EBADMSG' });
    },
  );
});
