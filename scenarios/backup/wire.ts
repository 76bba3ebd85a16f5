import { backUpAsBurp } from '../../src/client/burp-client.ts';
import { SILENT } from '../../src/ports/log.ts';
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

/**
 * A backup over Burp's protocol, by a connection in memory. It is acknowledged when the client has received
 * "backupphase2end": from then on it reports success, whatever happens.
 */
export async function backUpOverWire(
  store: Store,
  tree: ClientTree,
  acknowledge: (what: string) => void,
): Promise<void> {
  let name = 'nothing';
  const noting: ClientStore = {
    backups: () => store.backups(),
    open: (backup) => store.open(backup),
    notes: (backup, kind, log) => store.notes(backup, kind, log),
    remove: (number) => store.remove(number),
    backup: (client, run) =>
      store.backup(client, {
        ...run,
        onStored(backup) {
          name = backup;
          return run.onStored(backup);
        },
      }),
  };
  const certificate = { state: 'trusted', commonName: CLIENT } as const;
  const { server, client } = connectionPair({ address: 'memory', certificate });
  const serving = serveConversation(server, serverOf(noting, store.settings.compression), SILENT);
  await backUpAsBurp(client, clientOf(tree), {
    name: CLIENT,
    password: PASSWORD,
    onEnd: () => acknowledge(stored(name)),
  });
  const { result, reason } = await serving;
  if (result !== 'done') throw new Error(`the server says: ${reason}`);
}

function serverOf(store: ClientStore, compression: number): Server {
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
    clients: { find: async () => config, open: async () => store, beginBackup: () => () => {} },
    authority: undefined,
    // No time passes in a simulation: nobody is slow.
    timers: { start: () => () => {} },
    limits: { login: 0, patience: 0, entries: 1_000_000, text: 1_000_000 },
  };
}
