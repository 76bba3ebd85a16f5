import { type ClientFile, loadClient } from '../config/client-config.ts';
import { lookupName } from '../config/client-name.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Purpose } from '../config/listen.ts';
import type { ServerConfig } from '../config/server-config.ts';
import type { Clock } from '../ports/clock.ts';
import type { FileSystem } from '../ports/file-system.ts';
import type { Host } from '../ports/host.ts';
import type { Log } from '../ports/log.ts';
import type { Scratch } from '../ports/scratch.ts';
import type { Asked, ClientConfig, ClientStore, Clients } from '../protocol/ports.ts';
import { isClientName } from '../server/client-name.ts';
import { type Store, openStore } from '../server/store.ts';
import { codeOf, reasonOf } from '../storage/errors.ts';
import { Activities } from './activities.ts';
import { withScripts } from './around.ts';
import { isPassword } from './password.ts';
import { findRestoreOrder } from './restore-order.ts';
import type { AboutLog } from './server-log.ts';
import { timerOf } from './timer.ts';

/** The real machine, or what a test puts in its place. */
export interface Machine {
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly host: Host;
  readonly scratch: Scratch;
}

/** One connection: its number, and what its listener is for. */
export interface Visit {
  readonly number: number;
  readonly purpose: Purpose;
}

/** A client's configuration, with the file that it came from. */
interface Configured extends ClientConfig {
  readonly file: ClientFile;
}

/** The clients of a configuration, as one conversation sees them. */
export class ConfiguredClients implements Clients {
  private readonly config: ServerConfig;
  private readonly machine: Machine;
  private readonly running: RunningBackups;
  private readonly log: AboutLog;
  private readonly visit: Visit;

  constructor(
    config: ServerConfig,
    machine: Machine,
    running: RunningBackups,
    { log, visit }: { readonly log: AboutLog; readonly visit: Visit },
  ) {
    this.config = config;
    this.machine = machine;
    this.running = running;
    this.log = log;
    this.visit = visit;
  }

  async find(said: string): Promise<Configured | undefined> {
    const name = lookupName(Buffer.from(said, 'latin1').toString('utf8'), this.config.cname);
    const file = isClientName(name) ? await this.load(name) : undefined;
    return file && this.configured(file);
  }

  async open(config: ClientConfig, log: Log): Promise<ClientStore> {
    const { file } = config as Configured;
    this.log.learn({ client: file.name });
    return openClientStore(file, this.machine, log);
  }

  async around(asked: Asked, work: (log: Log) => Promise<void>): Promise<void> {
    const { file } = asked.config as Configured;
    this.log.learn({ client: file.name });
    const { address, certificate } = asked.peer;
    const commonName = 'commonName' in certificate ? certificate.commonName : '';
    const { action, log, subject } = asked;
    const { activities } = this.running;
    const [client, pid, started] = [file.name, this.visit.number, this.machine.clock.now()];
    const ended = activities.begin({ client, pid, action, subject, started });
    try {
      await withScripts({ client: file, action, peer: { address, commonName }, log }, subject, work);
    } finally {
      ended();
    }
  }

  beginBackup(config: ClientConfig): (() => void) | undefined {
    return this.running.begin((config as Configured).file.maxParallelBackups);
  }

  isRecovering({ name }: ClientConfig): boolean {
    return this.running.recovering.has(name);
  }

  /** A client whose file can't be used is turned away like an unknown one; the log says why. */
  private async load(name: string): Promise<ClientFile | undefined> {
    try {
      const loaded = await loadClient(this.config, name);
      for (const warning of loaded?.warnings ?? []) this.log.warn(warning);
      return loaded?.client;
    } catch (error) {
      if (error instanceof ConfigError) for (const problem of error.problems) this.log.warn(problem);
      else if (codeOf(error) === undefined) throw error;
      else this.log.warn(`the configuration of ${name} can't be read: ${reasonOf(error)}`);
      return undefined;
    }
  }

  private configured(file: ClientFile): Configured {
    const { clock } = this.machine;
    const isDue = timerOf(file);
    return {
      ...file,
      file,
      compression: file.settings.compression,
      allowsAddress: (address) =>
        this.visit.purpose === 'status' ? file.allowsStatusAddress(address) : file.allowsAddress(address),
      checkPassword: async (password) => !file.checksPassword || isPassword(password, file),
      restoreOrder: () => findRestoreOrder(file, this.log),
      isDue: (latest) => isDue(latest, clock.now()),
    };
  }
}

/** Counts the backups that run on the server, and knows the clients of which what was cut short is being finished. */
export class RunningBackups {
  readonly recovering = new Set<string>();
  readonly activities: Activities = new Activities();
  private count = 0;

  /** One more, unless there are `most` already (0 for no limit); what it gives ends it. */
  begin(most: number): (() => void) | undefined {
    if (most > 0 && this.count >= most) return undefined;
    this.count++;
    return () => this.count--;
  }
}

export function openClientStore(file: ClientFile, machine: Machine, log: Log): Promise<Store> {
  const { burpsLock, directory, name, settings } = file;
  return openStore({ ...machine, log, directory, client: name, burpsLock, settings });
}
