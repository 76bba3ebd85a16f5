import { backUpAsBurp } from '../../src/client/burp-client.ts';
import { SILENT } from '../../src/ports/log.ts';
import type { BackupClient } from '../../src/ports/backup-client.ts';
import type { Connection } from '../../src/protocol/connection.ts';
import { connectionPair } from '../../src/protocol/memory-connection.ts';
import type { ClientConfig, ClientStore, Server } from '../../src/protocol/ports.ts';
import { serveConversation } from '../../src/protocol/serve.ts';
import type { Store } from '../../src/server/store.ts';
import { CLIENT, type ClientTree, clientOf, stored } from './world.ts';

const PASSWORD = 'password';
const ALL = {
  delete: true,
  diff: true,
  forceBackup: true,
  list: true,
  restore: true,
  verify: true,
  monitor: true,
};

/** A backup over Burp's protocol, by a connection in memory. */
export async function backUpOverWire(
  store: Store,
  tree: ClientTree,
  acknowledge: (what: string) => void,
): Promise<void> {
  await backUpFilesOverWire(store, clientOf(tree), (name) => acknowledge(stored(name)));
}

/**
 * The same with any files. The client is told of the backup when it has received "backupphase2end": from then on it
 * reports success, whatever happens.
 */
export async function backUpFilesOverWire(
  store: Store,
  files: BackupClient,
  onTold: (name: string) => void,
): Promise<void> {
  let name = 'nothing';
  const certificate = { state: 'trusted', commonName: CLIENT } as const;
  const { server, client } = connectionPair({ address: 'memory', certificate });
  const serving = serveStore(server, store, (stored) => (name = stored));
  await backUpAsBurp(client, files, { name: CLIENT, password: PASSWORD, onEnd: () => onTold(name) });
  await serving;
}

/**
 * Serves one conversation with the client's store, with everything allowed. Rejects if it does not end well.
 * @param onSend called with a backup's name when its "backupphase2end" is sent
 */
export async function serveStore(
  connection: Connection,
  store: Store,
  onSend: (name: string) => void,
): Promise<void> {
  const noting: ClientStore = {
    backups: () => store.backups(),
    open: (backup) => store.open(backup),
    notes: (backup, kind, log) => store.notes(backup, kind, log),
    remove: (number) => store.remove(number),
    backup: (client, run) =>
      store.backup(client, {
        ...run,
        onStored(backup) {
          onSend(backup);
          return run.onStored(backup);
        },
      }),
  };
  const server = serverOf(noting, store.settings.compression);
  const { result, reason } = await serveConversation(connection, server, SILENT);
  if (result !== 'done') throw new Error(`the server says: ${reason}`);
}

/** A server with one client, whose password is right whatever it is. */
export function serverOf(store: ClientStore, compression: number): Server {
  const config: ClientConfig = {
    name: CLIENT,
    checkPassword: async () => true,
    enabled: true,
    allowsAddress: () => true,
    certificateName: CLIENT,
    warnsOfVersion: false,
    can: ALL,
    restoreClients: [],
    superClients: [],
    compression,
    hardQuota: 0,
    softQuota: 0,
    includes: [],
    isDue: async () => true,
  };
  return {
    version: '3.1.4',
    clients: {
      find: async () => config,
      open: async () => store,
      beginBackup: () => () => {},
      isRecovering: () => false,
    },
    authority: undefined,
    // No time passes in a simulation: nobody is slow.
    timers: { start: () => () => {} },
    limits: { login: 0, patience: 0, entries: 1_000_000, text: 1_000_000 },
  };
}
