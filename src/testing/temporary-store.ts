import * as nodeFs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localClient } from '../client/local-client.ts';
import { MemorySink, type RestoredNode } from '../client/memory-sink.ts';
import type { BackupSource } from '../ports/backup-source.ts';
import type { FileSystem } from '../ports/file-system.ts';
import { type Host, ownLocks } from '../ports/host.ts';
import type { Log } from '../ports/log.ts';
import { type Store, openStore } from '../server/store.ts';
import type { Settings } from '../storage/settings.ts';
import { type Cutting, cutting } from './cutting-fs.ts';

export const CLIENT = 'client';
/** The real disk until the process is killed, without the wait for its syncs. */
export function unsynced(allowed: number): Cutting {
  return cutting(nodeFs, allowed, { syncs: false });
}

/** A store on the real disk, for one test. */
export interface TemporaryStore {
  readonly directory: string;
  /** The client's directory. */
  readonly root: string;
  /** What was warned about since it was last emptied. */
  readonly warnings: string[];
  open(settings?: Partial<Settings>, fs?: FileSystem): Promise<Store>;
  remove(): Promise<void>;
}

export async function temporaryStore(): Promise<TemporaryStore> {
  const directory = await nodeFs.mkdtemp(join(tmpdir(), 'jiggle-test-'));
  const warnings: string[] = [];
  const log: Log = { info() {}, warn: (text) => warnings.push(text) };
  let now = Date.UTC(2026, 10, 23, 2, 49, 13);
  const clock = { now: () => (now += 60_000) };
  return {
    directory,
    root: `${directory}/${CLIENT}`,
    warnings,
    open(settings = {}, fs = unsynced(Infinity).fs) {
      // Each with locks of its own: a killed process holds none.
      const host: Host = ownLocks();
      return openStore({ fs, clock, host, log, directory, client: CLIENT, settings });
    },
    remove: () => nodeFs.rm(directory, { recursive: true, force: true }),
  };
}

/** What a restore of a source's backup has to give, by path. */
export async function expected(source: BackupSource): Promise<Map<string, RestoredNode>> {
  const sink = new MemorySink();
  for await (const entry of source.scan()) {
    if (typeof entry === 'string') continue;
    if (entry.letter !== 'f') {
      await sink.make(entry, entry.path);
      continue;
    }
    const file = await source.read(entry);
    if ('data' in file) await sink.write(entry, entry.path, file.data);
  }
  return sink.nodes;
}

export async function restored(store: Store, number: number): Promise<Map<string, RestoredNode>> {
  const sink = new MemorySink();
  const { failures } = await store.restore(number, sink);
  if (failures.length > 0) throw new Error(`backup ${number}: ${failures.join('; ')}`);
  return sink.nodes;
}

export function backupOf(store: Store, source: BackupSource, onStored?: () => void) {
  return store.backup(localClient(source), onStored ? { onStored } : {});
}

/** The names below a directory, sorted, directories with a slash at the end. */
export async function namesBelow(directory: string, prefix = ''): Promise<string[]> {
  const names: string[] = [];
  for (const item of await nodeFs.readdir(directory, { withFileTypes: true })) {
    const name = `${prefix}${item.name}`;
    names.push(item.isDirectory() ? `${name}/` : name);
    if (item.isDirectory()) names.push(...(await namesBelow(join(directory, item.name), `${name}/`)));
  }
  return names.sort();
}
