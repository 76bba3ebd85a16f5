import { type ClientFile, loadClient } from '../config/client-config.ts';
import { clientNames } from '../config/client-names.ts';
import { ConfigError } from '../config/config-error.ts';
import type { ServerConfig } from '../config/server-config.ts';
import type { Log } from '../ports/log.ts';
import type { Monitor, Viewer, WatchedClient } from '../protocol/monitor-ports.ts';
import { logLines, shelf } from '../server/shelf.ts';
import { codeOf } from '../storage/errors.ts';
import type { Activities } from './activities.ts';
import { type Machine, openClientStore } from './configured-clients.ts';

/** The clients of a configuration, as the status monitor sees them. */
export class WatchedClients implements Monitor {
  private readonly config: ServerConfig;
  private readonly machine: Machine;
  private readonly activities: Activities;
  private readonly log: Log;

  constructor(config: ServerConfig, machine: Machine, activities: Activities, log: Log) {
    this.config = config;
    this.machine = machine;
    this.activities = activities;
    this.log = log;
  }

  clients(viewer: Viewer): Promise<WatchedClient[]> {
    return this.those((file) => maySee(viewer, file));
  }

  /** For whoever may read the store itself. */
  everybody(): Promise<WatchedClient[]> {
    return this.those(() => true);
  }

  private async those(isMeant: (file: ClientFile) => boolean): Promise<WatchedClient[]> {
    const watched: WatchedClient[] = [];
    for (const name of await clientNames(this.config)) {
      const file = await this.load(name);
      if (file && isMeant(file)) watched.push(this.watched(file));
    }
    return watched;
  }

  /** What is wrong with a client's file is said when that client comes, or by a check of the configuration. */
  private async load(name: string): Promise<ClientFile | undefined> {
    try {
      return (await loadClient(this.config, name))?.client;
    } catch (error) {
      if (error instanceof ConfigError || codeOf(error) !== undefined) return undefined;
      throw error;
    }
  }

  private watched(file: ClientFile): WatchedClient {
    const { fs } = this.machine;
    const root = `${file.directory}/${file.name}`;
    return {
      name: file.name,
      labels: file.labels,
      children: this.activities.of(file.name),
      backups: () => shelf(fs, root),
      lines: (backup, log) => logLines(fs, root, backup, log),
      open: async (backup) => (await openClientStore(file, this.machine, this.log)).open(backup),
    };
  }
}

/** As Burp has it: itself, and those that it may act for; as another client, that one alone. */
function maySee({ name, isOther }: Viewer, file: ClientFile): boolean {
  if (file.name === name) return true;
  return !isOther && [...file.restoreClients, ...file.superClients].includes(name);
}
