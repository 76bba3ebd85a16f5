import type { BackupClient } from '../ports/backup-client.ts';
import type { Action } from './action.ts';
import type { Monitor } from './monitor-ports.ts';
import type { Peer } from './connection.ts';
import type { Log } from '../ports/log.ts';
import type { Data } from '../storage/durable.ts';
import type { Entry } from '../storage/manifest/entry.ts';
import type { ByteString } from '../storage/manifest/byte-string.ts';
import type { Tally } from '../storage/tally.ts';

/** What a conversation needs of the server around it. */
export interface Server {
  /** The server's version as it is told to clients, with three parts: `3.1.4`. */
  readonly version: string;
  readonly clients: Clients;
  /** Undefined if the server is not set up to sign certificates. */
  readonly authority: Authority | undefined;
  /**
   * What a client of this system, in its own words, is brought to the server's version with, if there is anything
   * [autoupgrade_dir]; by default nobody is offered an upgrade.
   */
  upgradeOf?(system: string): Promise<Upgrade | undefined>;
  readonly timers: Timers;
  readonly limits: Limits;
  /** On the listener of the status monitor: then clients look, and do nothing else. */
  readonly monitor?: { readonly sees: Monitor; now(): number };
}

/** Files that a client installs itself with: it runs the script. */
export interface Upgrade {
  readonly script: Uint8Array;
  readonly package: Uint8Array;
}

/** Who may talk to this server, and about what. */
export interface Clients {
  /**
   * The configuration of a client, read afresh for each conversation; undefined if it has none. The name is what a
   * stranger sent, not checked in any way; what the configuration makes of it [cname_fqdn, cname_lowercase] is in the
   * result. Takes about as long for a name that is not there.
   */
  find(name: string): Promise<ClientConfig | undefined>;
  /** Opens a client's part of the store. Its messages about this conversation go to `log`. */
  open(config: ClientConfig, log: Log): Promise<ClientStore>;
  /**
   * Does `work`, with whatever is configured to happen before and after an action [server_script..., notify_...]. Throws
   * a Refusal if it may not be done, or what `work` throws. What `work` logs goes to the log that it is given.
   */
  around?(asked: Asked, work: (log: Log) => Promise<void>): Promise<void>;
  /** Counts one more backup in progress; undefined if that would be too many [max_parallel_backups]. */
  beginBackup(config: ClientConfig): (() => void) | undefined;
  /** Whether the server, just started, is at work on what was cut short of the client's backups: that needs no client. */
  isRecovering(config: ClientConfig): boolean;
}

/** What is going to be done for a client. */
export interface Asked {
  readonly config: ClientConfig;
  readonly action: Action;
  readonly peer: Peer;
  readonly subject: Subject;
  readonly log: Log;
}

/** What becomes known of an action while it is done. */
export interface Subject {
  /** The backup that is read. */
  backup?: string;
  /** Whether a backup has new or changed files. */
  hasChanges?: boolean;
  /** A timer was asked, and said no. */
  isNotDue?: boolean;
  /** How far it is, for those who look on. */
  progress?: Progress;
  /** The client has other servers left to try, if this backup fails. */
  hasFailoversLeft?: boolean;
  /** To be told of a backup that was cut short, before it is removed. */
  dropping?: (backup: string) => Promise<void>;
}

export interface Progress {
  /** The name of the backup that is made or read. */
  readonly backup: string;
  /** In Burp's words: `scanning`, `restoring`. */
  readonly phase: string;
  /** What is counted meanwhile. */
  readonly tally: Tally;
}

/** One client's settings, as far as the conversation needs them. The names in brackets are Burp's. */
export interface ClientConfig {
  readonly name: string;
  /** Whether this is the client's password, in constant time [password, passwd, password_check]. */
  checkPassword(password: Uint8Array): Promise<boolean>;
  readonly enabled: boolean;
  /** Whether a peer at this address may be this client [network_allow]. */
  allowsAddress(address: string): boolean;
  /** What the certificate's common name must be, in any case [ssl_peer_cn]; the client's name by default. */
  readonly certificateName: string;
  /** [version_warn] */
  readonly warnsOfVersion: boolean;
  /** [client_can_...] */
  readonly can: Readonly<Record<Permission, boolean>>;
  /** Names of clients that may act on this one's backups as far as both may [restore_client]. */
  readonly restoreClients: readonly string[];
  /** Names of clients that may act on this one's backups as far as they may themselves [super_client]. */
  readonly superClients: readonly string[];
  /** gzip level that the client is asked for [compression]. */
  readonly compression: number;
  /** Bytes; 0 for none [hard_quota, soft_quota]. */
  readonly hardQuota: number;
  readonly softQuota: number;
  /** Lines that replace the client's own includes and excludes, as `include = /home` [include...]; none by default. */
  readonly includes: readonly string[];
  /** A restore that was ordered on the server for when this client comes next; none by default. */
  restoreOrder?(): Promise<RestoreOrder | undefined>;
  /** Whether a timed backup is due now [timer_script, timer_arg...]. `latest` is the newest backup's timestamp line, if any. */
  isDue(latest: string | undefined): Promise<boolean>;
  /** Milliseconds after which that is asked again while a timed backup is received [timer_repeat_interval]; 0 for never. */
  readonly timerRepeat?: number;
}

export type Permission = 'delete' | 'diff' | 'forceBackup' | 'list' | 'restore' | 'verify' | 'monitor';

/** Signs certificate requests. */
export interface Authority {
  /** The server's own common name: clients write it into their configuration. */
  readonly serverName: string;
  /** The CA's certificate, PEM. */
  readonly certificate: Uint8Array;
  /** Undefined if a request of this client would be signed, else why not, in Burp's words. Reads only. */
  whyNot(client: string): Promise<string | undefined>;
  /** Keeps and signs a request (PEM), whose subject must be the client. Gives the certificate, PEM. */
  sign(client: string, request: Uint8Array): Promise<Uint8Array>;
}

/** A restore that the server begins. */
export interface RestoreOrder {
  /** What the client is told, as `backup = 1`. */
  readonly lines: readonly ByteString[];
  /** Only these paths and what is below them; everything if there are none. */
  readonly includes: readonly ByteString[];
  /** Called once the client does it, or will not: then it is no order any more. */
  done(): Promise<void>;
}

/** Waiting, so that tests and simulations can do without. */
export interface Timers {
  /** Calls back once after so many milliseconds, unless the returned function is called before. */
  start(milliseconds: number, callback: () => void): () => void;
}

/** How much of the server one connection may use. */
export interface Limits {
  /** Milliseconds from the start until the peer has proved who it is. */
  readonly login: number;
  /** Milliseconds that a client may have to wait while its previous backup is being finished; 0 turns it away. */
  readonly patience: number;
  /** Entries of one scan. */
  readonly entries: number;
  /** Bytes of all negotiation lines together, and of a list of files to restore. */
  readonly text: number;
}

/** One client's part of the store, as conversations use it. */
export interface ClientStore {
  /** All backups, the oldest first, also those that are not finished. */
  backups(): Promise<readonly StoredBackup[]>;
  /** Opens a finished or finishing backup for reading. */
  open(name: string): Promise<OpenBackup>;
  /** Begins the log of a restore or verify of a backup. What it is told also goes to `log`. */
  notes(name: string, kind: 'restore' | 'verify', log: Log): ReadingNotes;
  /**
   * Makes a backup. Rejects with EBUSY if somebody has the lock.
   * `onStored` is called, and waited for, when no power cut can lose the backup any more.
   */
  backup(
    client: BackupClient,
    options: BackupRun,
  ): Promise<{ readonly counts: { readonly whole: number; readonly delta: number } }>;
  /** Removes a backup for good: durable when it settles. EPERM if others depend on it, EBUSY under a lock. */
  remove(number: number): Promise<void>;
}

export interface BackupRun {
  readonly onStored: (name: string) => void | Promise<void>;
  /** Called when a part of the work begins. */
  readonly onPhase: (backup: string, phase: string, tally: Tally) => void;
  /** What the client includes and excludes. An unfinished backup made with another text is not resumed. */
  readonly incexc?: ByteString;
  /** Called before a backup that was cut short is removed, and waited for. */
  readonly onDropping?: (backup: string) => Promise<void>;
}

export interface StoredBackup {
  /** Its directory's name. */
  readonly name: string;
  /** Its timestamp line, by which clients know it. */
  readonly line: string;
  readonly number: number;
  readonly isCurrent: boolean;
  readonly isDeletable: boolean;
  readonly state: 'finished' | 'working' | 'finishing';
}

/** The log of a restore or verify. */
export interface ReadingNotes extends Log {
  /** Of what is expected and what was sent. */
  readonly tally: Tally;
  /** A line for this log alone. */
  note(text: string): void;
  /** What the client is going to be sent, if somebody counts beforehand. */
  expected(entry: Entry): void;
  sent(entry: Entry): void;
  /** Keeps it beside the backup, in place of the last one. A disk that can't take it is a warning, no error. */
  keep(): Promise<void>;
}

/** A backup that is being read. Entries come in manifest order, and may be iterated more than once. */
export interface OpenBackup {
  readonly name: string;
  entries(): AsyncIterable<Entry>;
  /**
   * The data of an entry, in the form in which Burp's client takes it in a restore: one gzip member of the plain data,
   * or the ciphertext as it is stored. EBADMSG if it is missing or damaged: thrown at once if that is known before the
   * first byte, else by the stream.
   */
  packed(entry: Entry): Promise<Data>;
  /** Why an entry's data would not restore, or undefined if it would. */
  check(entry: Entry): Promise<string | undefined>;
  close(): Promise<void>;
}
