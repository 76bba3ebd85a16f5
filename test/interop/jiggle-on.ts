import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DirectorySink } from '../../src/client/directory-sink.ts';
import { directorySource } from '../../src/client/directory-source.ts';
import { localClient } from '../../src/client/local-client.ts';
import { systemFiles } from '../../src/host/system-files.ts';
import { systemClock } from '../../src/host/system.ts';
import { isFileLocked } from '../../src/host/file-locks.ts';
import { ownLocks } from '../../src/ports/host.ts';
import type { FileSystem } from '../../src/ports/file-system.ts';
import { type Store, openStore } from '../../src/server/store.ts';
import type { Settings } from '../../src/storage/settings.ts';
import type { BackupResult } from '../../src/storage/backup.ts';
import { CLIENT, type RealBurp } from './real-burp.ts';
import { type Snapshot, compare, snapshot } from './snapshot.ts';

/** jiggle's store on the same directory as the real Burp's. Warnings are kept. */
export interface JiggleOn {
  readonly store: Store;
  readonly warnings: string[];
}

export async function jiggleOn(
  burp: RealBurp,
  settings: Partial<Settings> = {},
  fs: FileSystem = systemFiles,
): Promise<JiggleOn> {
  const warnings: string[] = [];
  const log = { info() {}, warn: (text: string) => void warnings.push(text) };
  const ports = { fs, clock: systemClock, host: { ...ownLocks(), isFileLocked }, log };
  const store = await openStore({
    ...ports,
    directory: burp.store,
    client: CLIENT,
    settings: { keep: [100], ...settings },
  });
  return { store, warnings };
}

/** Backs the client's files up without a network. */
export function backUpWith(store: Store, burp: RealBurp): Promise<BackupResult> {
  return store.backup(localClient(directorySource(burp.files)));
}

/** Restores every listed backup with jiggle, and says what is not as it was, a line each. */
export async function wrongInStore(
  store: Store,
  burp: RealBurp,
  wanted: ReadonlyMap<number, Snapshot>,
): Promise<string[]> {
  const wrong: string[] = [];
  for (const { number } of await store.list()) {
    const { failures } = await store.verify(number);
    wrong.push(...failures.map((line) => `verify ${number}: ${line}`));
    const into = await mkdtemp(join(tmpdir(), 'interop-'));
    try {
      await store.restore(number, new DirectorySink(into));
      const found = await snapshot(into + burp.files, { plainOnly: true });
      wrong.push(...compare(found, plain(wanted.get(number)!)).map((line) => `backup ${number}: ${line}`));
    } finally {
      await rm(into, { recursive: true });
    }
  }
  return wrong;
}

/** Restores backups with the real client from the real server, and says what is not as it was, a line each. */
export async function wrongForBurp(burp: RealBurp, wanted: ReadonlyMap<number, Snapshot>): Promise<string[]> {
  const wrong: string[] = [];
  for (const [number, state] of wanted) {
    const verified = await burp.verify(number);
    if (verified.exitCode !== 0)
      wrong.push(`burp -a v ${number}: exit code ${verified.exitCode}\n${verified.output}`);
    const into = await mkdtemp(join(tmpdir(), 'interop-'));
    try {
      const { exitCode, output } = await burp.restore(number, into);
      if (exitCode !== 0) wrong.push(`burp -a r ${number}: exit code ${exitCode}\n${output}`);
      else
        wrong.push(
          ...compare(await snapshot(into + burp.files), state).map(
            (line) => `burp, backup ${number}: ${line}`,
          ),
        );
    } finally {
      await rm(into, { recursive: true });
    }
  }
  return wrong;
}

function plain(state: Snapshot): Snapshot {
  return new Map([...state].filter(([, line]) => !/^(?:1|2|6)0000 /.test(line)));
}
