import type { Command } from 'commander';
import { systemScratch } from '../host/scratch.ts';
import { systemFiles } from '../host/system-files.ts';
import { systemClock, systemHost } from '../host/system.ts';
import { codeOf } from '../storage/errors.ts';
import type { WatchedClient } from '../protocol/monitor-ports.ts';
import { DONE } from './exit-codes.ts';
import { Console, whole } from './options.ts';

/** What comes after Burp's own ports, 4971 and 4972. */
const PORT = 4973;

interface StatusFlags {
  readonly config: string;
  readonly http?: number | true;
}

/** `jiggle status`. */
export function addStatus(jiggle: Command): void {
  jiggle
    .command('status')
    .description('say what there is of each client, or show it in a browser on this machine')
    .requiredOption('-c, --config <file>', 'the configuration, in the format of burp-server.conf')
    .option(
      '--http [port]',
      `serve it as pages, on 127.0.0.1 only, until it is ended; port ${PORT} if none is given, 0 for any`,
      whole(0, 65_535),
    )
    .action(statusCommand);
}

async function statusCommand({ config: file, http }: StatusFlags): Promise<void> {
  const { loadServerConfig } = await import('../config/server-config.ts');
  const { WatchedClients } = await import('../daemon/watched-clients.ts');
  const { Activities } = await import('../daemon/activities.ts');
  const { config } = await loadServerConfig(file);
  const machine = { fs: systemFiles, clock: systemClock, host: systemHost, scratch: systemScratch };
  const log = new Console(false);
  const watched = new WatchedClients(config, machine, new Activities(), log);
  if (http === undefined) {
    for (const client of await watched.everybody()) console.log(await lineOf(client));
  } else {
    const { StatusServer } = await import('../status/server.ts');
    const server = await StatusServer.open(http === true ? PORT : http, watched, (text) => log.warn(text));
    console.log(server.address);
    await new Promise<void>((resolve) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
    });
    await server.close();
  }
  process.exitCode = DONE;
}

async function lineOf(client: WatchedClient): Promise<string> {
  const { newestOf, stateOf } = await import('../status/pages.ts');
  const backups = await client.backups().catch((error: unknown) => {
    if (codeOf(error) === undefined) throw error;
    return undefined;
  });
  const newest = newestOf(backups);
  return `${client.name}: ${stateOf(backups)}${newest ? `, newest ${newest.name}, ${backups!.length} in all` : ''}`;
}
