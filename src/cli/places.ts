import { stat } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { StoreError, ifThere } from '../storage/errors.ts';
import { existing } from './existing.ts';

/** Where a command's user says that the backups are. */
export interface PlaceFlags {
  readonly store?: string;
  readonly config?: string;
  readonly client?: string;
}

/** One client's part of a store. */
export interface Place {
  readonly store: string;
  readonly client: string;
  /** What Burp's programs lock while they are at work there, if the configuration says something else than usual. */
  readonly burpsLock?: string;
}

/** For commands about one client. */
export function withPlace(command: Command): Command {
  return withStore(command).requiredOption('--client <name>', 'whose backups');
}

/** For commands about one client, or all that a configuration has. */
export function withPlaces(command: Command): Command {
  return withStore(command).option(
    '--client <name>',
    'whose backups; with --config those of all clients if not given',
  );
}

function withStore(command: Command): Command {
  const store = new Option('--store <dir>', 'the directory of all clients').conflicts('config');
  return command
    .addOption(store)
    .option('-c, --config <file>', "instead of --store: the server's configuration, which says where it is");
}

/** The one place that is meant. Throws what `placesOf` throws. */
export async function placeOf(flags: PlaceFlags & { readonly client: string }): Promise<Place> {
  const [place] = await placesOf(flags);
  return place!;
}

/**
 * The places that are meant, in order of the clients' names. Throws ConfigError, or StoreError if there is no such
 * directory or client.
 */
export async function placesOf({ store, config, client }: PlaceFlags): Promise<Place[]> {
  if (config !== undefined) return configured(config, client);
  if (store === undefined)
    throw new StoreError('EINVAL', 'either --store or --config must say where the store is');
  if (client === undefined) throw new StoreError('EINVAL', '--store needs --client');
  return [{ store: await existing(store), client }];
}

async function configured(file: string, only: string | undefined): Promise<Place[]> {
  const { loadServerConfig } = await import('../config/server-config.ts');
  const { loadClient } = await import('../config/client-config.ts');
  const { clientNames } = await import('../config/client-names.ts');
  const { config } = await loadServerConfig(file);
  const names = only === undefined ? await clientNames(config) : [only];
  const places: Place[] = [];
  for (const name of names) {
    const loaded = await loadClient(config, name);
    if (!loaded) throw new StoreError('ENOENT', `${config.clientconfdir} has no client ${name}`);
    const { burpsLock, directory } = loaded.client;
    const hasBackups = await ifThere(stat(`${directory}/${name}`));
    if (only !== undefined || hasBackups)
      places.push({ store: await existing(directory), client: name, burpsLock });
  }
  return places;
}
