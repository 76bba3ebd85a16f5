import type { Entry } from '../storage/manifest/entry.ts';
import type { Tally } from '../storage/tally.ts';

/** Burp's names of what is kept beside a backup for people and programs to read. */
export type LogName = 'backup' | 'restore' | 'verify' | 'backup_stats' | 'restore_stats' | 'verify_stats';

/** Who looks. */
export interface Viewer {
  readonly name: string;
  /** It looks as another client, and then sees that one alone. */
  readonly isOther: boolean;
}

/** What the status monitor looks at. It changes nothing. */
export interface Monitor {
  /** The clients that somebody may look at, in order of their names. */
  clients(viewer: Viewer): Promise<readonly WatchedClient[]>;
}

export interface WatchedClient {
  readonly name: string;
  readonly labels: readonly string[];
  /** What is being done for it. */
  readonly children: readonly Child[];
  /** The newest first. */
  backups(): Promise<readonly ShelvedBackup[]>;
  /** Undefined if it is not there. */
  lines(backup: string, log: LogName): Promise<readonly string[] | undefined>;
  open(backup: string): Promise<OpenedBackup>;
}

/** A backup whose manifest is read. */
export interface OpenedBackup {
  entries(): AsyncIterable<Entry>;
  close(): Promise<void>;
}

/** With one process for all clients, the number of the connection stands for Burp's process id. */
export interface Child {
  readonly pid: number;
  readonly action: string;
  readonly phase: string;
  /** 0 if there is none yet. */
  readonly backup: number;
  /** Seconds since 1970. */
  readonly started: number;
  readonly tally: Tally | undefined;
}

/** A backup from outside. */
export interface ShelvedBackup {
  readonly name: string;
  /** Its timestamp line. */
  readonly line: string;
  readonly number: number;
  /** Burp's: `hardlinked`, `deletable`, `working`, `finishing`, `current`, `manifest`. */
  readonly flags: readonly string[];
  readonly logs: readonly LogName[];
}
