import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { DirectorySink } from '../../src/client/directory-sink.ts';
import { systemClock, systemHost } from '../../src/host/system.ts';
import { openStore, type Store } from '../../src/server/store.ts';
import type { Settings } from '../../src/storage/settings.ts';
import { unsynced } from '../../src/testing/temporary-store.ts';
import { differences } from './differences.ts';
import { temporaryDirectory } from './program.ts';
import { readTree, type Tree } from './real-tree.ts';

/** A client's directory, as a restore has to give it back. */
export interface ClientState {
  readonly tree: Tree;
  /** Modification times in whole seconds since 1970, by path; the directory itself is ''. */
  readonly times: ReadonlyMap<string, number>;
}

export async function readState(directory: string): Promise<ClientState> {
  const tree = await readTree(directory);
  const times = new Map<string, number>();
  for (const path of ['', ...tree.keys()]) {
    times.set(path, Math.floor((await fs.lstat(directory + path)).mtimeMs / 1000));
  }
  return { tree, times };
}

/**
 * A store on the real disk, opened by the test itself, which will not be killed: nothing is synced, because a process sees
 * what it wrote, synced or not.
 */
export async function openReal(
  directory: string,
  client: string,
  settings: Partial<Settings> = {},
): Promise<Store> {
  const { fs: unsyncedFiles } = unsynced(Infinity);
  return await openStore({
    fs: unsyncedFiles,
    clock: systemClock,
    host: systemHost,
    directory,
    client,
    settings,
  });
}

/** Restores the backup of a number below a directory, and gives what could not be, a line each. */
export type Restore = (number: number, into: string) => Promise<readonly string[]>;

/** As the store itself does it. */
export function storeRestore(store: Store): Restore {
  return async (number, into) => (await store.restore(number, new DirectorySink(into))).failures;
}

/** Where backups come from, and what they must restore. */
export interface Wanted {
  /** Where the client's directory was when it was backed up. */
  readonly source: string;
  stateOf(number: number): ClientState;
}

/** Verifies and restores every listed backup, and gives what is wrong, a line each. */
export async function allRestore(store: Store, restore: Restore, wanted: Wanted): Promise<string[]> {
  const lines: string[] = [];
  for (const { number } of await store.list()) {
    const wrong = await store
      .verify(number)
      .then(async ({ failures }) => [...failures, ...(await restoreProblems(restore, number, wanted))])
      .catch((error: unknown) => [String(error)]);
    lines.push(...wrong.map((line) => `backup ${number}: ${line}`));
  }
  return lines;
}

async function restoreProblems(restore: Restore, number: number, wanted: Wanted): Promise<readonly string[]> {
  const state = wanted.stateOf(number);
  const place = await temporaryDirectory();
  try {
    const failures = await restore(number, place);
    if (failures.length > 0) return failures;
    const found = await readState(join(place, wanted.source));
    const times = [...state.times].filter(([path, time]) => found.times.get(path) !== time);
    return [
      ...differences(found.tree, state.tree),
      ...times.map(([path]) => `${path === '' ? 'the directory' : path} has another modification time`),
    ];
  } finally {
    await fs.rm(place, { recursive: true });
  }
}
