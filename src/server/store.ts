import type { BackupClient } from '../ports/backup-client.ts';
import type { Clock } from '../ports/clock.ts';
import type { FileSystem } from '../ports/file-system.ts';
import type { Host } from '../ports/host.ts';
import { type Log, SILENT } from '../ports/log.ts';
import type { RestoreSink } from '../ports/restore-sink.ts';
import type { Scratch } from '../ports/scratch.ts';
import { type BackupResult, backup } from '../storage/backup.ts';
import type { Chain } from '../storage/chain.ts';
import { prepareHashes } from '../storage/delta/strong-hash.ts';
import { StoreError, codeOf, reasonOf } from '../storage/errors.ts';
import { backupNumber } from '../storage/layout.ts';
import { toBytes } from '../storage/manifest/byte-string.ts';
import { readBackup } from '../storage/finish.ts';
import type { Backup } from '../storage/job.ts';
import type { Phase } from '../storage/phases.ts';
import { type Recovery, recover } from '../storage/recover.ts';
import { readRecord } from '../storage/record.ts';
import { removeBackup } from '../storage/remove.ts';
import { type Restored, type Selection, restore } from '../storage/restore.ts';
import { type Kept, nextToGo, withDeletable } from '../storage/retention.ts';
import { type Settings, completeSettings } from '../storage/settings.ts';
import { withLines } from '../storage/stamp.ts';
import { finished, look } from '../storage/state.ts';
import type { Tally } from '../storage/tally.ts';
import { type Verified, verify } from '../storage/verify.ts';
import type { OpenBackup, ReadingNotes, StoredBackup } from '../protocol/ports.ts';
import { checkClientName } from './client-name.ts';
import { openBackup } from './open-backup.ts';
import { StoredNotes } from './stored-notes.ts';

export interface StoreOptions {
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly host: Host;
  readonly log?: Log;
  /** The directory of all clients; it must exist. */
  readonly directory: string;
  /** The client's name, which is also the name of its directory. */
  readonly client: string;
  readonly settings?: Partial<Settings>;
  /** The file that Burp's server locks while it is at work on this client; by default where Burp has it. */
  readonly burpsLock?: string;
  /** Where large files that are kept as deltas are put together for a restore or verify; in memory if not given. */
  readonly scratch?: Scratch;
}

export interface BackupOptions {
  /** Called with the backup's name as soon as no power cut can lose it: the client may be told. */
  readonly onStored?: (name: string) => void | Promise<void>;
  /** Called when a phase begins, with what is counted in it. */
  readonly onPhase?: (backup: string, phase: Phase, tally: Tally) => void;
  /** What the client includes and excludes. An unfinished backup made with another text is not resumed. */
  readonly incexc?: string;
  /** Called before a backup that was cut short is removed, and waited for. */
  readonly onDropping?: (name: string) => Promise<void>;
}

export interface Listed extends Kept {
  readonly isCurrent: boolean;
}

/** Opens one client's part of a store. Reads and changes nothing yet. */
export async function openStore(options: StoreOptions): Promise<Store> {
  checkClientName(options.client);
  const settings = completeSettings(options.settings);
  await prepareHashes();
  return new Store(options, settings);
}

/**
 * One client's backups. Backup, removal and recovery hold the client's lock; list, restore and verify only read, at
 * any time, since every finished backup restores at every moment.
 */
export class Store {
  readonly settings: Settings;
  private readonly options: StoreOptions;
  private readonly fs: FileSystem;
  private readonly log: Log;
  private readonly root: string;

  constructor(options: StoreOptions, settings: Settings) {
    this.options = options;
    this.settings = settings;
    this.fs = options.fs;
    this.log = options.log ?? SILENT;
    this.root = `${options.directory}/${options.client}`;
  }

  /** Finishes or undoes what was cut short. Does nothing at all where nothing is to be done. */
  recover(): Promise<void> {
    return this.locked(() => this.recovered());
  }

  /** Makes a backup, after recovery, and then lets go of those that `keep` gives up. */
  backup(client: BackupClient, options: BackupOptions = {}): Promise<BackupResult> {
    const { onStored, onPhase, onDropping, incexc } = options;
    return this.locked(async () => {
      const text = incexc === undefined ? {} : { incexc: toBytes(incexc) };
      await this.recovered({ ...text, ...(onDropping && { onDropping }) });
      const { fs, log, root, settings } = this;
      const { clock, directory } = this.options;
      const job = { fs, clock, log, store: directory, root, settings, client, ...text };
      const told = { ...(onStored && { onStored }), ...(onPhase && { onPhase }) };
      const result = await backup({ ...job, ...told }).catch(async (error: unknown) => {
        if (isFull(error)) await this.tellOfRoom();
        throw error;
      });
      await this.thinOut();
      return result;
    });
  }

  /** The finished backups, the oldest first. */
  async list(): Promise<Listed[]> {
    const state = await look(this.fs, this.root);
    const kept = await withDeletable(this.fs, this.root, finished(state));
    return kept.map((one) => ({ ...one, isCurrent: one.name === state.current }));
  }

  /** Backups that are not finished, and directories that were put aside because the disk had damaged them. */
  async unfinished(): Promise<{ readonly name: string; readonly what: string }[]> {
    const { working, finishing, current, damaged } = await look(this.fs, this.root);
    return [
      ...(working === undefined ? [] : [{ name: working, what: 'working' }]),
      ...(finishing === undefined || finishing === current ? [] : [{ name: finishing, what: 'finishing' }]),
      ...damaged.map((name) => ({ name, what: 'damaged, put aside' })),
    ];
  }

  /** All backups, the oldest first, also those that are not finished. */
  async backups(): Promise<StoredBackup[]> {
    const finished = (await this.list()).map((one) => ({ ...one, state: 'finished' as const }));
    const others = (await this.unfinished()).flatMap(({ name, what }) =>
      what === 'working' || what === 'finishing' ? [unfinished(name, what)] : [],
    );
    const all = [...finished, ...others].sort((a, b) => a.number - b.number);
    return withLines(this.fs, this.root, all);
  }

  /** Opens a backup for reading. */
  async open(name: string): Promise<OpenBackup> {
    const directories = await this.from(name);
    const again = () => this.from(name);
    const chain = { fs: this.fs, directories, again, scratch: this.options.scratch };
    return openBackup(await this.read(name), chain);
  }

  /** Begins the log of a restore or verify, which is kept with the backup. */
  notes(name: string, kind: 'restore' | 'verify', log: Log): ReadingNotes {
    const directory = `${this.root}/${name}`;
    return new StoredNotes({ fs: this.fs, clock: this.options.clock, log, directory, kind });
  }

  /** Restores from a backup; 0 is the newest. Throws ENOENT if there is none, EBADMSG if its manifest is damaged. */
  async restore(number: number, sink: RestoreSink, selection?: Selection): Promise<Restored> {
    const { chain, name } = await this.find(number);
    return restore(chain, await this.read(name), sink, selection);
  }

  /** Checks that a backup would restore byte for byte; 0 is the newest. */
  async verify(number: number): Promise<Verified> {
    const { chain, name } = await this.find(number);
    return verify(chain, this.root, name);
  }

  /** Removes a backup, for good. Throws EPERM if older backups are kept as differences from it. */
  remove(number: number): Promise<void> {
    return this.locked(async () => {
      await this.recoveredIfRoom();
      const backups = await this.list();
      const found = backups.find((one) => one.number === number);
      if (!found) throw noSuchBackup(number, this.options.client);
      if (found.isCurrent && (await this.unfinished()).some(({ what }) => what === 'finishing'))
        throw new StoreError('EBUSY', `backup ${number} can't be deleted: a newer one is not finished`);
      if (!found.isDeletable)
        throw new StoreError(
          'EPERM',
          `backup ${number} can't be deleted: an older one is kept as differences from it`,
        );
      await this.removeNamed(backups, found.name);
    });
  }

  private async read(name: string): Promise<Backup> {
    const record = await readRecord(this.fs, `${this.root}/${name}`);
    return readBackup({ fs: this.fs, root: this.root, log: this.log }, name, record);
  }

  private recovered(more: Pick<Recovery, 'incexc' | 'onDropping'> = {}): Promise<void> {
    const { fs, log, root, settings } = this;
    return recover({ fs, clock: this.options.clock, log, root, settings, ...more });
  }

  /**
   * On a full disk a received backup can't be finished, and only a removal can make room. Older backups than the
   * current one have no part in the finishing, so they may go before it.
   */
  private async recoveredIfRoom(): Promise<void> {
    try {
      await this.recovered();
    } catch (error) {
      if (!isFull(error)) throw error;
      this.log.warn(`a received backup can't be finished yet: ${reasonOf(error)}`);
      if ((await this.list()).length < 2) throw error;
    }
  }

  /** A disk may stay full with what came of a backup, and its client may not come again soon. */
  private async tellOfRoom(): Promise<void> {
    const state = await look(this.fs, this.root).catch(() => undefined);
    if (state?.working === undefined) return;
    const until = 'takes up room until its client comes again; "jiggle recover" removes it at once';
    this.log.warn(`${state.working}: what was received of it ${until}`);
  }

  /** One after another, because each removal may make another backup deletable. */
  private async thinOut(): Promise<void> {
    for (;;) {
      const backups = await this.list();
      const gone = nextToGo(backups, this.settings.keep);
      if (!gone) return;
      this.log.info(`deleting ${gone.name}`);
      await this.removeNamed(backups, gone.name);
    }
  }

  private removeNamed(backups: readonly Kept[], name: string): Promise<void> {
    const names = backups.map((one) => one.name);
    const { fs, root, settings } = this;
    const { manualDelete } = settings;
    return removeBackup({ fs, root, names, syncs: settings, manualDelete }, name);
  }

  private async find(number: number): Promise<{ chain: Chain; name: string }> {
    const names = finished(await look(this.fs, this.root));
    const name = number === 0 ? names.at(-1) : names.find((one) => backupNumber(one) === number);
    if (name === undefined) throw noSuchBackup(number, this.options.client);
    const again = () => this.from(name);
    return { name, chain: { fs: this.fs, directories: await again(), again, scratch: this.options.scratch } };
  }

  /** The directories of a finished backup and all newer ones; of an unfinished one, only its own. */
  private async from(name: string): Promise<string[]> {
    const names = finished(await look(this.fs, this.root));
    const at = names.indexOf(name);
    return (at < 0 ? [name] : names.slice(at)).map((one) => `${this.root}/${one}`);
  }

  private async locked<T>(action: () => Promise<T>): Promise<T> {
    const { host, directory, client } = this.options;
    const lock = await host.lock(await this.lockName());
    if (!lock)
      throw new StoreError('EBUSY', `another process is at work on client ${client} in ${directory}`);
    try {
      await this.checkBurpsLock();
      return await action();
    } finally {
      await lock.release();
    }
  }

  /** Burp knows nothing of our lock, but whoever switches may have left one of its programs running. */
  private async checkBurpsLock(): Promise<void> {
    const { host, client, burpsLock = `${this.root}/lockfile` } = this.options;
    if (await host.isFileLocked?.(burpsLock))
      throw new StoreError(
        'EBUSY',
        `a program of Burp's is at work on client ${client}: it holds ${burpsLock}`,
      );
  }

  /** By device and inode: one directory reached over two paths must not have two locks. */
  private async lockName(): Promise<string> {
    const { directory, client } = this.options;
    try {
      const { dev, ino } = await this.fs.stat(directory);
      return `${dev}:${ino}:${client}`;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      throw new StoreError('ENOENT', `there is no directory ${directory}`);
    }
  }
}

function isFull(error: unknown): boolean {
  return codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT';
}

function unfinished(name: string, state: 'working' | 'finishing'): Omit<StoredBackup, 'line'> {
  return { name, number: backupNumber(name) ?? 0, isCurrent: false, isDeletable: false, state };
}

function noSuchBackup(number: number, client: string): StoreError {
  const what = number === 0 ? 'no backup' : `no backup ${number}`;
  return new StoreError('ENOENT', `client ${client} has ${what}`);
}
