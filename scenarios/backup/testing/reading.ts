import { gunzipSync } from 'node:zlib';
import type { Disk } from '../../../harness/index.ts';
import { MemorySink } from '../../../src/client/memory-sink.ts';
import { dir, file, hardlink } from '../../../src/client/memory-tree.ts';
import type { Store } from '../../../src/server/store.ts';
import { displayBytes } from '../../../src/storage/manifest/byte-string.ts';
import { hasData } from '../../../src/storage/manifest/entry.ts';
import type { Selection } from '../../../src/storage/restore.ts';
import { KINDS, SMALL, WINDOWS } from '../trees.ts';
import { open, type ClientTree } from '../world.ts';
import { Chronicle } from './chronicle.ts';
import type { Told } from './chronicles.ts';
import { pathIn } from './damages.ts';
import { shortNames } from './steps.ts';

const LINKED: ClientTree = {
  '/b': dir(),
  '/b/first': file('of three names', { mtime: 5 }),
  '/b/second': hardlink('/b/first', { mtime: 5 }),
  '/b/sub': dir(),
  '/b/sub/third': hardlink('/b/first', { mtime: 5 }),
};

const SELECTIONS: readonly { what: string; how: Selection }[] = [
  { what: 'everything', how: {} },
  { what: 'a folder', how: { prefix: '/b/sub' } },
  { what: 'a folder with a slash', how: { prefix: '/b/sub/' } },
  { what: 'a drive', how: { prefix: String.raw`C:\Users` } },
  { what: 'an expression', how: { regex: /s[eu]/ } },
  { what: 'an expression in a folder', how: { regex: /d$/, prefix: '/b/sub' } },
  { what: 'one component less', how: { strip: 1 } },
  { what: 'a folder, two components less', how: { prefix: '/b/sub', strip: 2 } },
];

/** What a restore gives, path by path. */
async function restored(store: Store, number: number, how: Selection): Promise<string[]> {
  const sink = new MemorySink();
  const { entries, failures } = await store.restore(number, sink, how);
  const nodes = [...sink.nodes].map(([path, { letter, mode, mtime, link, data }]) =>
    [
      letter,
      displayBytes(path),
      mode.toString(8),
      mtime,
      link && `-> ${link}`,
      data && `${data.length} bytes`,
    ]
      .filter((part) => part !== undefined)
      .join(' '),
  );
  return [`${entries} entries`, ...nodes, ...failures.map((text) => `failed: ${text}`)];
}

/** Each selection from each tree's backup. */
async function selections(...trees: readonly ClientTree[]): Promise<string> {
  const told = await Chronicle.begin({});
  await told.given(...trees);
  const store = await open(told.disk, {});
  const lines: string[] = [];
  for (const { number } of await store.list()) {
    for (const { what, how } of SELECTIONS)
      lines.push(`== ${what} of backup ${number}`, ...(await restored(store, number, how)));
    const { entries, failures } = await store.verify(number);
    lines.push(`verified: ${entries} entries, ${failures.length} failures`);
  }
  return `${lines.join('\n')}\n`;
}

/** A disk that can't read some of its files. */
function unreadable(disk: Disk, is: (path: string) => boolean): Disk {
  const fs = new Proxy(disk.fs, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return async (path: string, ...more: unknown[]): Promise<unknown> => {
        if ((name === 'readFile' || name === 'open') && is(path))
          throw Object.assign(new Error(`EIO: i/o error, ${name}`), { code: 'EIO' });
        return await (value as (...all: unknown[]) => Promise<unknown>).call(target, path, ...more);
      };
    },
  });
  return { fs, clock: disk.clock, random: disk.random };
}

async function whole(data: Uint8Array | AsyncIterable<Uint8Array>): Promise<Buffer> {
  if (data instanceof Uint8Array) return Buffer.from(data);
  const pieces: Uint8Array[] = [];
  for await (const piece of data) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** What a conversation reads of each backup, and the log that it leaves. */
async function read(store: Store, kind: 'restore' | 'verify', say: (text: string) => void): Promise<void> {
  for (const { name } of await store.list()) {
    const notes = store.notes(name, kind, { info: () => {}, warn: (text) => say(`warns: ${text}`) });
    const backup = await store.open(name);
    for await (const entry of backup.entries()) {
      if (kind === 'restore') notes.expected(entry);
      notes.sent(entry);
      if (!hasData(entry.letter)) continue;
      const { length } = gunzipSync(await whole(await backup.packed(entry)));
      say(`${entry.path} of ${name}: ${length} bytes, ${(await backup.check(entry)) ?? 'sound'}`);
    }
    await notes.keep();
    await backup.close();
  }
}

export const READING: readonly Told[] = [
  { name: 'restoring-links-and-folders', text: async () => await selections(LINKED, KINDS[0]) },
  { name: 'restoring-windows', text: async () => await selections(...WINDOWS) },
  {
    name: 'restoring-links-to-what-is-damaged',
    async text() {
      const told = await Chronicle.begin({});
      await told.given(LINKED);
      await told.disk.fs.truncate(await pathIn(told.disk, 1, 'data/t/b/first'), 0);
      const lines = SELECTIONS.map(async ({ what, how }) => [
        `== ${what}`,
        ...(await restored(await open(told.disk, {}), 1, how)),
      ]);
      return `${(await Promise.all(lines))
        .flat()
        .join('\n')
        .replaceAll(/ at byte .*/g, '')}\n`;
    },
  },
  {
    name: 'restoring-from-a-disk-that-can-not-read',
    async text() {
      const told = await Chronicle.begin({});
      await told.given(SMALL[0], SMALL[1]);
      const lines: string[] = [];
      for (const part of ['data/t/b/same1', 'deltas.reverse/t/b/changed', 'data/t/b/changed']) {
        const store = await open(
          unreadable(told.disk, (path) => path.endsWith(part)),
          {},
        );
        for (const number of [1, 2])
          lines.push(`== ${part}, backup ${number}`, ...(await restored(store, number, {})));
      }
      return `${lines.join('\n')}\n`;
    },
  },
  ...(['restore', 'verify'] as const).map((kind) => ({
    name: `reading-for-a-${kind}`,
    async text() {
      const told = await Chronicle.begin({});
      await told.given(...SMALL);
      const lines: string[] = [];
      await told.told(kind, async (store) => await read(store, kind, (text) => lines.push(shortNames(text))));
      for (const name of [`${kind === 'restore' ? 'restorelog' : 'verifylog'}.gz`, `${kind}_stats`]) {
        const bytes = Buffer.from(await told.disk.fs.readFile(await pathIn(told.disk, 1, name)));
        lines.push(`== ${name}`, (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().trimEnd());
      }
      return `${lines.join('\n')}\n${await told.end({ isBrief: true })}`;
    },
  })),
];
