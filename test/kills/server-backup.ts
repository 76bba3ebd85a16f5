import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SMALLEST_DELTA } from '../../src/config/client-options.ts';
import type { RecoveryMethod } from '../../src/storage/settings.ts';
import { KilledBackup } from './killed-backup.ts';
import { bundleJiggle, temporaryDirectory } from './program.ts';
import { Server } from './server.ts';
import { ServerPlace } from './server-place.ts';
import type { WireClient } from './wire-client.ts';

const CLIENT = 'c1';

/** A backup by a server that can be killed, and what belongs to it. */
export interface ServerBackup {
  readonly backup: KilledBackup;
  readonly way: Server;
  /** Where servers put what they have on the side. */
  readonly temporary: string;
  remove(): Promise<void>;
}

/**
 * @param clientFor makes the client of a directory
 * @param recovery what the server does with a backup that was cut short
 */
export async function serverBackup(
  clientFor: (place: ServerPlace, source: string) => WireClient,
  recovery: RecoveryMethod = 'delete',
): Promise<ServerBackup> {
  const place = await temporaryDirectory();
  const source = join(place, 'client');
  await mkdir(source);
  const main = await bundleJiggle(place);
  const more = ['keep = 2', `working_dir_recovery_method = ${recovery}`];
  const serverPlace = await ServerPlace.make(main, place, CLIENT, more);
  const way = new Server(main, serverPlace, clientFor(serverPlace, source), {
    keep: [2],
    recovery,
    smallestDelta: SMALLEST_DELTA,
  });
  // Not before the certificates that were made for it.
  const backup = await KilledBackup.prepare(place, { way, client: CLIENT, source, begin: Date.now() });
  const { temporary } = serverPlace;
  return { backup, way, temporary, remove: () => rm(place, { recursive: true }) };
}
