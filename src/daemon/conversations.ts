import type { TLSSocket } from 'node:tls';
import type { Purpose } from '../config/listen.ts';
import type { Peer } from '../protocol/connection.ts';
import type { Limits, Server, Timers } from '../protocol/ports.ts';
import { type Outcome, serveConversation } from '../protocol/serve.ts';
import { peerCertificate } from '../tls/peer-certificate.ts';
import { ConfiguredClients, type Machine, type RunningBackups } from './configured-clients.ts';
import { addressOf } from './listener.ts';
import { WatchedClients } from './watched-clients.ts';
import type { Ready } from './ready.ts';
import { findUpgrade } from './upgrades.ts';
import type { Facts, ServerLog } from './server-log.ts';
import { TlsConnection } from './tls-connection.ts';

/** The version of Burp whose protocol is spoken; clients of that version are not warned of another. */
const VERSION = '3.1.4';

/** What one connection may use of the server. */
const LIMITS: Limits = {
  // Slow clients make a key meanwhile, and a request for a certificate.
  login: 300_000,
  patience: 60_000,
  entries: 100_000_000,
  text: 16 * 1024 * 1024,
};

const timers: Timers = {
  start(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** A peer of which more becomes known. */
type Known = { -readonly [K in keyof Peer]: Peer[K] };

/** All conversations that are going on. */
export class Conversations {
  private readonly machine: Machine;
  private readonly running: RunningBackups;
  private readonly log: ServerLog;
  private readonly open = new Map<TlsConnection, Promise<void>>();
  private count = 0;

  constructor(machine: Machine, running: RunningBackups, log: ServerLog) {
    this.machine = machine;
    this.running = running;
    this.log = log;
  }

  /** Serves a peer to the end, under the configuration of this moment. */
  begin(socket: TLSSocket, ready: Ready, purpose: Purpose): void {
    const { idleLimit: idle, rateLimit: rate } = ready.config;
    const peer: Known = { address: addressOf(socket), certificate: { state: 'none' } };
    // Before anything is waited for: an error of a socket that nobody listens to would end the server.
    const connection = new TlsConnection(socket, peer, { idle, rate });
    const serving = this.serve(socket, connection, peer, { ...ready, purpose });
    this.open.set(
      connection,
      serving.finally(() => this.open.delete(connection)),
    );
  }

  /** Breaks all connections. */
  cut(): void {
    for (const connection of this.open.keys()) connection.cut('the server stops');
  }

  /** When nobody is served any more. */
  async idle(): Promise<void> {
    await Promise.all(this.open.values());
  }

  private async serve(
    socket: TLSSocket,
    connection: TlsConnection,
    peer: Known,
    ready: Ready & { readonly purpose: Purpose },
  ): Promise<void> {
    const { config, authority, revoked, purpose } = ready;
    const { address } = peer;
    const started = this.machine.clock.now();
    const number = ++this.count;
    const log = this.log.about({ connection: number, address });
    const { machine, running } = this;
    const clients = new ConfiguredClients(config, machine, running, { log, visit: { number, purpose } });
    const sees = new WatchedClients(config, machine, running.activities, log);
    const status = purpose === 'status' ? { monitor: { sees, now: () => machine.clock.now() } } : {};
    try {
      peer.certificate = await peerCertificate(socket, revoked);
      const { upgrades } = config;
      const server: Server = {
        version: VERSION,
        clients,
        authority,
        ...(upgrades !== undefined && {
          upgradeOf: (system) => findUpgrade(upgrades, system, VERSION, log),
        }),
        timers,
        limits: LIMITS,
        ...status,
      };
      const outcome = await serveConversation(connection, server, log);
      this.report(outcome, { connection: number, address, milliseconds: this.machine.clock.now() - started });
    } catch (error) {
      // Not even a mistake of ours may end the other conversations.
      socket.destroy();
      log.warn(
        `a mistake in the server: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    }
  }

  private report({ client, action, result, reason }: Outcome, facts: Facts): void {
    const text = [action ?? 'no action', result, reason].filter((part) => part !== undefined).join(': ');
    const all = { event: 'conversation', client, action, result, reason, ...facts };
    if (result === 'done') this.log.info(text, all);
    else this.log.warn(text, all);
  }
}
