import type { Server as NetServer, Socket } from 'node:net';
import { type Server as TlsServer, type TLSSocket, createServer } from 'node:tls';
import type { Listen } from '../config/listen.ts';
import { StoreError, codeOf, reasonOf } from '../storage/errors.ts';
import type { ServerTls } from '../tls/server-tls.ts';

/** Milliseconds for the TLS handshake. */
const HANDSHAKE = 30_000;

export interface ListenerEvents {
  /** A peer is there, its handshake done. */
  onPeer(socket: TLSSocket, listen: Listen): void;
  /** A line for the log. */
  onRefused(address: string, reason: string): void;
}

/** Whether peers without a certificate of the CA are turned away in the handshake. */
export interface ListenerTls extends ServerTls {
  readonly needsCertificate: boolean;
}

/** One address and port at which clients are taken. */
export class Listener {
  readonly listen: Listen;
  private readonly server: TlsServer;

  private constructor(listen: Listen, server: TlsServer) {
    this.listen = listen;
    this.server = server;
  }

  /** Throws StoreError with one line that names address and port if they can't be had. */
  static async open(listen: Listen, tls: ListenerTls, events: ListenerEvents): Promise<Listener> {
    const server = createServer({
      ...tls.options,
      requestCert: true,
      rejectUnauthorized: tls.needsCertificate,
      handshakeTimeout: HANDSHAKE,
      // What is sent is put together here already; the system would hold it back until the last packet is confirmed.
      noDelay: true,
    });
    server.maxConnections = listen.maxClients;
    server.on('secureConnection', (socket) => events.onPeer(socket, listen));
    server.on('tlsClientError', (error, socket) => {
      events.onRefused(addressOf(socket), `the TLS handshake failed (${codeOf(error) ?? reasonOf(error)})`);
    });
    server.on('drop', (data) => {
      events.onRefused(
        data?.remoteAddress ?? 'unknown',
        `there are ${listen.maxClients} connections already, as many as ${listen.purpose === 'status' ? 'max_status_children' : 'max_children'} allows`,
      );
    });
    await bind(server, listen);
    // Later errors, such as too many open files, must not end the server.
    server.on('error', (error) => events.onRefused(textOf(listen), reasonOf(error)));
    return new Listener(listen, server);
  }

  /** New peers get this certificate, and are at most so many. */
  renew(tls: ListenerTls, maxClients: number): void {
    this.server.setSecureContext(tls.options);
    this.server.maxConnections = maxClients;
  }

  /** Takes nobody any more. Those who are there stay. */
  close(): void {
    this.server.close();
  }
}

export function addressOf(socket: Socket): string {
  return (socket.remoteAddress ?? 'unknown').replace(/^::ffff:(?=\d+\.)/i, '');
}

export function textOf({ address, port }: Pick<Listen, 'address' | 'port'>): string {
  return `${address}:${port}`;
}

function bind(server: NetServer, listen: Listen): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => reject(explained(error, listen));
    server.once('error', failed);
    server.listen({ host: listen.address, port: listen.port, ipv6Only: listen.address === '::' }, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EACCES: 'only root may use that port',
  EADDRNOTAVAIL: 'this machine does not have that address',
  ENOTFOUND: 'that address is not known',
};

function explained(error: Error, listen: Listen): StoreError {
  const code = codeOf(error) ?? 'EIO';
  return new StoreError(
    code,
    `can't listen on ${textOf(listen)}: ${REASONS[code] ?? reasonOf(error)} (${code})`,
  );
}
