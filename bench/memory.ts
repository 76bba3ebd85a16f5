import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { systemFiles } from '../src/host/system-files.ts';
import type { BackupClient } from '../src/ports/backup-client.ts';
import { ownLocks } from '../src/ports/host.ts';
import type { RestoreSink } from '../src/ports/restore-sink.ts';
import { openStore } from '../src/server/store.ts';
import { md5Of } from '../src/storage/codec/digest.ts';
import { NO_ATTRIBUTES } from '../src/storage/manifest/attributes.ts';
import { type Entry, entryOf } from '../src/storage/manifest/entry.ts';

/**
 * Peak memory of a store's operations, by the number of entries: `node dist/bench/memory.js 10000 100000 1000000`. Each
 * number gets a process of its own. One entry in ten is a file with data, the others are symbolic links: what is
 * measured are the lists, and a million small files would take hours to clean up.
 */
const PER_DIRECTORY = 1000;
const DATA_EACH = 10;
const MIB = 1 << 20;

function report(count: string): void {
  execFileSync(process.execPath, [fileURLToPath(import.meta.url), 'measure', count], { stdio: 'inherit' });
}

async function measure(count: number): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'memory-'));
  try {
    const ports = { fs: systemFiles, clock: { now: () => 0 }, host: ownLocks() };
    const store = await openStore({ ...ports, directory, client: 'c', settings: { compression: 0 } });
    const steps: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['first backup', () => store.backup(clientOf(count))],
      ['incremental', () => store.backup(clientOf(count))],
      ['list', async () => readAll(await store.open((await store.list()).at(-1)!.name))],
      ['verify', () => store.verify(0)],
      ['restore', () => store.restore(0, NOWHERE)],
    ];
    for (const [name, step] of steps) {
      const start = performance.now();
      await step();
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      const peak = (process.resourceUsage().maxRSS / 1024).toFixed(0);
      console.log(`${count} entries, ${name}: ${seconds} s, peak so far ${peak} MiB, heap now ${heap()} MiB`);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function heap(): string {
  return (process.memoryUsage().heapUsed / MIB).toFixed(0);
}

async function readAll(backup: { entries(): AsyncIterable<Entry> }): Promise<void> {
  for await (const _ of backup.entries());
}

const NOWHERE: RestoreSink = {
  make: async () => undefined,
  async write(_, __, data) {
    if (!(data instanceof Uint8Array)) for await (const _piece of data);
    return undefined;
  },
  finish: async () => [],
};

/** A client whose files are made up as they are asked for. */
function clientOf(count: number): BackupClient {
  const answer = (entry: Entry) => {
    const data = Buffer.from(entry.path);
    return { attributes: entry.attributes, data, end: () => ({ size: data.length, md5: md5Of(data) }) };
  };
  return {
    async *scan() {
      for (let at = 0; at < count; at++) yield entryAt(at);
    },
    whole: async (entry) => answer(entry),
    delta: async (entry) => answer(entry),
  };
}

function entryAt(at: number): Entry {
  const name = (number: number): string => String(number).padStart(7, '0');
  const path = `/d${name(Math.floor(at / PER_DIRECTORY))}/entry-${name(at)}`;
  const isFile = at % DATA_EACH === 0;
  const attributes = { ...NO_ATTRIBUTES, mtime: 1, size: isFile ? path.length : 0 };
  return isFile ? entryOf('f', path, attributes) : entryOf('l', path, attributes, { link: 'somewhere' });
}

const [command, ...rest] = process.argv.slice(2);
if (command === 'measure') await measure(Number(rest[0]));
else for (const count of [command ?? '10000', ...(command ? rest : ['100000'])]) report(count);
