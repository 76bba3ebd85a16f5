import { backUpAsBurp } from '../../src/client/burp-client.ts';
import type { BackupClient } from '../../src/ports/backup-client.ts';
import { SILENT } from '../../src/ports/log.ts';
import { connectionPair } from '../../src/protocol/memory-connection.ts';
import type { ClientConfig, ClientStore, Server } from '../../src/protocol/ports.ts';
import { serveConversation } from '../../src/protocol/serve.ts';

const NAME = 'c1';
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

/**
 * A backup over Burp's protocol, by a connection in memory. `onEnd` is called with the backup's name when the client has
 * received "backupphase2end": it reports success from then on, whatever happens.
 */
export async function backUpOverWire(
  store: ClientStore,
  files: BackupClient,
  compression: number,
  onEnd: (name: string) => void,
): Promise<void> {
  let stored = 'nothing';
  const noting: ClientStore = {
    backups: () => store.backups(),
    open: (name) => store.open(name),
    remove: (number) => store.remove(number),
    backup: (client, run) =>
      store.backup(client, {
        ...run,
        onStored(name) {
          stored = name;
          return run.onStored(name);
        },
      }),
  };
  const certificate = { state: 'trusted', commonName: NAME } as const;
  const { server, client } = connectionPair({ address: 'memory', certificate });
  const serving = serveConversation(server, serverOf(noting, compression), SILENT);
  await backUpAsBurp(client, files, { name: NAME, password: PASSWORD, onEnd: () => onEnd(stored) });
  const { result, reason } = await serving;
  if (result !== 'done') throw new Error(`the server says: ${reason}`);
}

function serverOf(store: ClientStore, compression: number): Server {
  const config: ClientConfig = {
    name: NAME,
    checkPassword: async () => true,
    enabled: true,
    allowsAddress: () => true,
    certificateName: NAME,
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
    clients: { find: async () => config, open: async () => store, beginBackup: () => () => {} },
    authority: undefined,
    // No time passes in a simulation: nobody is slow.
    timers: { start: () => () => {} },
    limits: { login: 0, patience: 0, entries: 1_000_000, text: 1_000_000 },
  };
}
