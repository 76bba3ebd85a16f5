import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { DirectorySink } from '../../src/client/directory-sink.ts';
import { systemClock, systemHost } from '../../src/host/system.ts';
import { openStore, type Store } from '../../src/server/store.ts';
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

/** A store on the real disk, opened by the test itself, to look at it. */
export async function openReal(directory: string, client: string): Promise<Store> {
  return await openStore({ fs, clock: systemClock, host: systemHost, directory, client });
}

/**
 * Verifies and restores every listed backup.
 * @param source where the client's directory was when it was backed up
 * @param stateOf what the backup of a number must restore
 * @returns what is wrong, a line each
 */
export async function allRestore(
  store: Store,
  source: string,
  stateOf: (number: number) => ClientState,
): Promise<string[]> {
  const lines: string[] = [];
  for (const { number } of await store.list()) {
    const wrong = await restoreProblems(store, number, source, stateOf(number)).catch((error: unknown) => [
      String(error),
    ]);
    lines.push(...wrong.map((line) => `backup ${number}: ${line}`));
  }
  return lines;
}

async function restoreProblems(
  store: Store,
  number: number,
  source: string,
  state: ClientState,
): Promise<readonly string[]> {
  const verified = await store.verify(number);
  const place = await temporaryDirectory();
  try {
    const restored = await store.restore(number, new DirectorySink(place));
    if (restored.failures.length > 0) return [...verified.failures, ...restored.failures];
    const found = await readState(join(place, source));
    const times = [...state.times].filter(([path, time]) => found.times.get(path) !== time);
    return [
      ...verified.failures,
      ...differences(found.tree, state.tree),
      ...times.map(([path]) => `${path === '' ? 'the directory' : path} has another modification time`),
    ];
  } finally {
    await fs.rm(place, { recursive: true });
  }
}
