import * as nodeFs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileSystem } from '../../ports/file-system.ts';
import { ownLocks } from '../../ports/host.ts';
import type { Log } from '../../ports/log.ts';
import { type Store, openStore } from '../../server/store.ts';
import type { Settings } from '../../storage/settings.ts';
import { unsynced } from '../../testing/temporary-store.ts';
import type { Connection, Peer } from '../connection.ts';
import { FrameParser, type Frame } from '../frame.ts';
import { connectionPair } from '../memory-connection.ts';
import type { Authority, ClientConfig, ClientStore, Limits, Server, Timers } from '../ports.ts';
import { type Outcome, serveConversation } from '../serve.ts';

export const PASSWORD = 'abcdefgh';
const ALL = {
  delete: true,
  diff: true,
  forceBackup: true,
  list: true,
  restore: true,
  verify: true,
  monitor: true,
};

/** A client of the test server. */
export interface TestClient extends Partial<ClientConfig> {
  readonly settings?: Partial<Settings>;
}

/** What became of one conversation. */
export interface Served {
  readonly outcome: Outcome;
  readonly frames: readonly Frame[];
}

/** A server whose clients, clock and store are the test's. No time passes but by `now`. */
export class World {
  readonly directory: string;
  readonly clients = new Map<string, TestClient>();
  readonly warnings: string[] = [];
  /** Backups that are being made, and count for `max_parallel_backups`. */
  running = 0;
  /** Files that a program of Burp's has locked. */
  readonly lockedByBurp = new Set<string>();
  /** Milliseconds since 1970. */
  now = 0;
  authority: Authority | undefined;
  /** Called with what the server sends, before it is sent. */
  observe: (bytes: Uint8Array) => void = () => {};
  /** What the store works on. */
  fs: FileSystem = unsynced(Infinity).fs;
  /** Files of this name can't be made: the disk is full. */
  failing: string | undefined;
  limits: Limits = { login: 60_000, patience: 0, entries: 100_000, text: 1 << 20 };
  /** Delays of refused clients and the like pass at once, time limits never. */
  timers: Timers = { start: (milliseconds, callback) => passing(milliseconds, callback) };
  isRecovering = false;
  private readonly host = ownLocks();

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async make(): Promise<World> {
    return new World(await nodeFs.mkdtemp(join(tmpdir(), 'jiggle-protocol-')));
  }

  async remove(): Promise<void> {
    await nodeFs.rm(this.directory, { recursive: true, force: true });
  }

  store(name: string): Promise<Store> {
    return openStore({
      fs: this.disk(),
      clock: { now: () => this.now },
      host: { ...this.host, isFileLocked: async (path) => this.lockedByBurp.has(path) },
      log: this.log,
      directory: this.directory,
      client: name,
      settings: this.clients.get(name)?.settings ?? {},
    });
  }

  private disk(): FileSystem {
    const { fs } = this;
    return {
      ...fs,
      open: async (path, flags, mode) => {
        if (flags?.includes('w') && this.failing !== undefined && path.endsWith(`/${this.failing}`))
          throw Object.assign(new Error('ENOSPC: no space left on device, open'), { code: 'ENOSPC' });
        return fs.open(path, flags, mode);
      },
    };
  }

  /** Holds a client's lock, as a backup in progress does, until the returned function is called. */
  async lock(name: string): Promise<() => Promise<void>> {
    const { dev, ino } = await nodeFs.stat(this.directory);
    const lock = await this.host.lock(`${dev}:${ino}:${name}`);
    return () => lock!.release();
  }

  /** Makes it look as if a backup was received but not finished. */
  async pretendFinishing(name: string): Promise<void> {
    const root = join(this.directory, name);
    await nodeFs.mkdir(join(root, '0000009 2026-11-23 03:24:47 +0000'));
    await nodeFs.symlink('0000009 2026-11-23 03:24:47 +0000', join(root, 'finishing'));
  }

  readonly log: Log = { info() {}, warn: (text) => this.warnings.push(text) };

  server(): Server {
    return {
      version: '3.1.4',
      clients: {
        find: async (name) => this.find(name),
        open: async (config): Promise<ClientStore> => this.store(config.name),
        beginBackup: () => {
          this.running++;
          return () => void this.running--;
        },
        isRecovering: () => this.isRecovering,
      },
      authority: this.authority,
      timers: this.timers,
      limits: this.limits,
    };
  }

  /** Serves a client that sends these bytes, and then no more. */
  async serve(bytes: Uint8Array, peer: Peer): Promise<Served> {
    const { server, client } = connectionPair(peer);
    const serving = serveConversation(this.observed(server), this.server(), this.log);
    const frames: Frame[] = [];
    client.write(bytes);
    client.close();
    const parser = new FrameParser();
    for await (const piece of client.incoming) parser.push(piece, frames);
    return { outcome: await serving, frames };
  }

  private observed(connection: Connection): Connection {
    return {
      peer: connection.peer,
      incoming: connection.incoming,
      write: (bytes) => {
        this.observe(bytes);
        return connection.write(bytes);
      },
      drained: () => connection.drained(),
      end: () => connection.end(),
      destroy: () => connection.destroy(),
    };
  }

  private find(name: string): ClientConfig | undefined {
    const client = this.clients.get(name);
    if (!client) return undefined;
    return {
      name,
      checkPassword: async (password) => Buffer.from(password).toString() === PASSWORD,
      enabled: true,
      allowsAddress: () => true,
      certificateName: name,
      warnsOfVersion: true,
      can: ALL,
      restoreClients: [],
      superClients: [],
      compression: client.settings?.compression ?? 9,
      hardQuota: 0,
      softQuota: 0,
      includes: [],
      isDue: async () => false,
      ...client,
    };
  }
}

/** A peer that showed its certificate. */
export function trusted(commonName: string): Peer {
  return { address: '127.0.0.1', certificate: { state: 'trusted', commonName } };
}

function passing(milliseconds: number, callback: () => void): () => void {
  if (milliseconds > 5_000) return () => {};
  let isCancelled = false;
  queueMicrotask(() => {
    if (!isCancelled) callback();
  });
  return () => {
    isCancelled = true;
  };
}
