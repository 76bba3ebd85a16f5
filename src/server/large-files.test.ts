import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { localClient } from '../client/local-client.ts';
import { file, memoryTree } from '../client/memory-tree.ts';
import type { Answer, BackupClient } from '../ports/backup-client.ts';
import type { FileSystem, OpenFile } from '../ports/file-system.ts';
import { md5Of } from '../storage/codec/digest.ts';
import { NO_ATTRIBUTES } from '../storage/manifest/attributes.ts';
import { entryOf } from '../storage/manifest/entry.ts';
import {
  type TemporaryStore,
  backupOf,
  namesBelow,
  temporaryStore,
  unsynced,
} from '../testing/temporary-store.ts';
import { watched } from '../testing/watched-file.ts';

/** More than is handled in memory. */
const SIZE = 9 << 20;
const PIECE = 16_000;

let place: TemporaryStore;
beforeEach(async () => {
  place = await temporaryStore();
});
afterEach(() => place.remove());

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

const plain = randomBytes(SIZE);
const packed = gzipSync(plain, { level: 1 });
const end = { size: plain.length, md5: md5Of(plain) };
const flipped = Buffer.from(packed);
flipped[packed.length >> 1]! ^= 1;

const wrong: readonly (readonly [
  string,
  Uint8Array,
  ReturnType<Extract<Answer, { end: unknown }>['end']>,
])[] = [
  ['is no gzip', plain, end],
  ['has a bit that flipped', flipped, end],
  ['ends too early', packed.subarray(0, packed.length - 100), end],
  ['has bytes after its end', Buffer.concat([packed, Buffer.from('more')]), end],
  ['has another checksum than the client says', packed, { ...end, md5: md5Of(packed) }],
  ['has another size than the client says', packed, { ...end, size: SIZE - 1 }],
  ['could not be read to its end', packed, { interrupted: 'it shrank' }],
];

/** A client of two files, of which the first, a large one, comes like this. */
function clientOf(data: Uint8Array, ending: (typeof wrong)[number][2], compression = 1): BackupClient {
  const attributes = { ...NO_ATTRIBUTES, compression, mtime: 1 };
  return {
    async *scan() {
      yield entryOf('f', '/large', attributes);
      yield entryOf('f', '/small', attributes);
    },
    async whole(entry) {
      if (entry.path === '/large') return { attributes, data: piecesOf(data), end: () => ending };
      const bytes = gzipSync('small');
      return { attributes, data: bytes, end: () => ({ size: 5, md5: md5Of(Buffer.from('small')) }) };
    },
    delta: async () => ({ interrupted: 'not asked for' }),
  };
}

it('a large file that comes as the client says is kept', async () => {
  const store = await place.open();
  expect((await store.backup(clientOf(packed, end))).entries).toBe(2);
  expect((await store.backup(clientOf(plain, end, 0))).entries).toBe(2);
  for (const number of [1, 2]) expect((await store.verify(number)).failures).toEqual([]);
});

it.each(wrong)('a large file that %s is left out, and nothing of it stays', async (_how, data, ending) => {
  const store = await place.open();
  const { entries, warnings } = await store.backup(clientOf(data, ending));
  expect(entries).toBe(1);
  expect(warnings).toEqual([expect.stringMatching(/^\/large is not in the backup: /)]);
  expect((await namesBelow(place.root)).filter((name) => name.endsWith('large'))).toEqual([]);
  expect((await store.verify(1)).failures).toEqual([]);
});

const halves = [plain.subarray(0, SIZE / 2), plain.subarray(SIZE / 2)] as const;
const between = Buffer.from('between');

it.each([
  ['goes forward is tried while it comes, and not read again', [halves[0], between, halves[1]], 1, 0],
  ['goes back in a packed file is read again', [halves[1], between, halves[0]], 1, 1],
  ['goes back in a plain file is not', [halves[1], between, halves[0]], 0, 0],
])('a delta of a large file that %s', async (_how, parts, compression, expected) => {
  const real = unsynced(Infinity).fs;
  let reads = 0;
  let isStored = false;
  const fs: FileSystem = {
    ...real,
    async open(path, flags = 'r', mode) {
      const file = await real.open(path, flags, mode);
      if (!path.includes('/deltas.forward/')) return file;
      const read: OpenFile['read'] = (...args) => {
        if (!isStored) reads++;
        return file.read(...args);
      };
      return Object.assign(
        watched(file, () => {}),
        { read },
      );
    },
  };
  const store = await place.open({ compression }, fs);
  await backupOf(store, memoryTree({ '/large': file(plain, { mtime: 1 }) }));
  const next = memoryTree({ '/large': file(Buffer.concat(parts), { mtime: 2 }) });
  const { counts } = await backupOf(store, next, () => void (isStored = true));
  expect(counts).toMatchObject({ delta: 1, whole: 0 });
  expect(Math.min(reads, 1)).toBe(expected);
  for (const number of [1, 2]) expect((await store.verify(number)).failures).toEqual([]);
});

it('a delta of a large file that does not give what the client has is followed by all of it', async () => {
  const store = await place.open({ compression: 1 });
  await backupOf(store, memoryTree({ '/large': file(plain, { mtime: 1 }) }));
  const next = Buffer.concat([halves[0], between, halves[1]]);
  const inner = localClient(memoryTree({ '/large': file(next, { mtime: 2 }) }));
  const lying: BackupClient = {
    scan: (options) => inner.scan(options),
    whole: (entry) => inner.whole(entry),
    async delta(entry, signature) {
      const answer = await inner.delta(entry, signature);
      return 'data' in answer ? { ...answer, end: () => ({ size: next.length, md5: end.md5 }) } : answer;
    },
  };
  const { counts } = await store.backup(lying);
  expect(counts).toMatchObject({ delta: 0, whole: 1 });
  expect((await store.verify(2)).failures).toEqual([]);
});

it('a large file whose parts have changed places is kept as a delta in both directions', async () => {
  const store = await place.open({ compression: 1 });
  const versions = [
    plain,
    Buffer.concat([halves[1], halves[0]]),
    Buffer.concat([halves[1], between, halves[0]]),
  ];
  for (const [at, data] of versions.entries())
    await backupOf(store, memoryTree({ '/large': file(data, { mtime: at + 1 }) }));
  for (const number of [1, 2, 3]) expect((await store.verify(number)).failures).toEqual([]);
  const names = await namesBelow(place.root);
  expect(names.filter((name) => /deltas\.reverse\/.*large$/.test(name))).toHaveLength(2);
  expect(names.filter((name) => /scratch|unpacked/.test(name))).toEqual([]);
});
