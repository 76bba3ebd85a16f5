import type { Disk } from '../../harness/index.ts';
import { localClient } from '../../src/client/local-client.ts';
import { memoryTree, type MemoryNode } from '../../src/client/memory-tree.ts';
import type { BackupClient } from '../../src/ports/backup-client.ts';
import { ownLocks } from '../../src/ports/host.ts';
import { withGroupSync } from './group-sync.ts';
import { openStore, type Store, type StoreOptions } from '../../src/server/store.ts';
import type { Settings } from '../../src/storage/settings.ts';

/** One state of the client's files: absolute path to node. */
export type ClientTree = Readonly<Record<string, MemoryNode>>;

export const STORE = '/store';
export const CLIENT = 'c1';
export const ROOT = `${STORE}/${CLIENT}`;

/**
 * Opens the store as the server does after a boot. Locks end with the life, so each life has its own.
 *
 * @param more another client than the one that all stories have, the locks of connections that are there at once, or a
 * place for what passes through the disk
 */
export async function open(
  disk: Pick<Disk, 'fs' | 'clock'>,
  settings: Partial<Settings>,
  more: Partial<Pick<StoreOptions, 'client' | 'host' | 'log' | 'scratch'>> = {},
): Promise<Store> {
  const clock = { now: () => dayOf(disk.clock.now()) };
  const fs = withGroupSync(disk.fs);
  return await openStore({
    fs,
    clock,
    host: ownLocks(),
    directory: STORE,
    client: CLIENT,
    settings,
    ...more,
  });
}

/**
 * Logs hold times. A backup that is resumed after one cut more comes to its end later, without end: so clocks are read
 * to the day, and disks that differ in nothing but when it was are one state.
 */
function dayOf(milliseconds: number): number {
  return milliseconds - (milliseconds % 86_400_000);
}

/** What the client is told when its backup can't be lost any more. */
export function stored(name: string): string {
  return `stored ${name}`;
}

/** Backs one state of the client up, and lets the client know as the server would. */
export async function backUp(
  store: Store,
  tree: ClientTree,
  acknowledge: (what: string) => void,
): Promise<void> {
  await store.backup(clientOf(tree), { onStored: (name) => acknowledge(stored(name)) });
}

/** A client with Burp's default `exclude_comp = gz`: what is packed already is sent as it is. */
export function clientOf(tree: ClientTree): BackupClient {
  const client = localClient(memoryTree(tree));
  return {
    whole: (entry) => client.whole(entry),
    delta: (entry, signature) => client.delta(entry, signature),
    async *scan(options) {
      for await (const entry of client.scan(options)) {
        const packed = typeof entry !== 'string' && entry.letter === 'f' && entry.path.endsWith('.gz');
        yield packed ? { ...entry, attributes: { ...entry.attributes, compression: 0 } } : entry;
      }
    },
  };
}
