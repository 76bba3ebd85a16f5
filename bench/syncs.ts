import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localClient } from '../src/client/local-client.ts';
import { type MemoryNode, dir, file, memoryTree } from '../src/client/memory-tree.ts';
import { systemFiles } from '../src/host/system-files.ts';
import type { FileSystem, OpenFile } from '../src/ports/file-system.ts';
import { ownLocks } from '../src/ports/host.ts';
import { openStore } from '../src/server/store.ts';

/** What a backup costs in syncs, as a table for src/PROTOCOL.md: `node dist/bench/syncs.js`. */
interface Count {
  fsync: number;
  syncfs: number;
}

/** The real disk, with its syncs counted, and with or without one of the whole file system. */
function counting(count: Count, hasGroups: boolean): FileSystem {
  const counted: FileSystem = {
    ...systemFiles,
    async open(...args) {
      const real: OpenFile = await systemFiles.open(...args);
      const sync = real.sync.bind(real);
      real.sync = async () => {
        count.fsync++;
        await sync();
      };
      return real;
    },
  };
  if (!hasGroups) {
    delete counted.syncfs;
    return counted;
  }
  return {
    ...counted,
    async syncfs(path) {
      count.syncfs++;
      await systemFiles.syncfs?.(path);
    },
  };
}

/** Files in directories of a hundred; the first `changed` of them are other ones in each version. */
function treeOf(files: number, version: number, changed: number): Record<string, MemoryNode> {
  const nodes: Record<string, MemoryNode> = {};
  for (let at = 0; at < files; at++) {
    const directory = `/d${Math.floor(at / 100)}`;
    nodes[directory] ??= dir();
    const own = at < changed ? version : 1;
    nodes[`${directory}/f${at}`] = file(`file ${at} of version ${own}\n`.repeat(20), { mtime: own });
  }
  return nodes;
}

console.log('| files | syncs together | first: fsync + syncfs | a tenth changed | nothing changed |');
console.log('| ---: | --- | ---: | ---: | ---: |');
for (const files of [10, 100, 1000, 10_000]) {
  for (const hasGroups of [true, false]) {
    const directory = await mkdtemp(join(tmpdir(), 'syncs-'));
    const cells: string[] = [];
    try {
      for (const [version, changed] of [
        [1, 0],
        [2, files / 10],
        [2, files / 10],
      ] as const) {
        const count = { fsync: 0, syncfs: 0 };
        const ports = { fs: counting(count, hasGroups), clock: { now: () => 0 }, host: ownLocks() };
        const store = await openStore({ ...ports, directory, client: 'c', settings: { keep: [100] } });
        await store.backup(localClient(memoryTree(treeOf(files, version, changed))));
        cells.push(`${count.fsync} + ${count.syncfs}`);
      }
    } finally {
      await rm(directory, { recursive: true });
    }
    console.log(`| ${files} | ${hasGroups ? 'yes' : 'no'} | ${cells.join(' | ')} |`);
  }
}
