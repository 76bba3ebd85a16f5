import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StoreError, codeOf } from '../storage/errors.ts';
import { type Watched, answer } from './site.ts';
import { POLICY } from './style.ts';

const LOOPBACK = '127.0.0.1';
/** Milliseconds for a request to be made. */
const PATIENCE = 10_000;
/** Names under which this machine is asked. Any other name that leads here may be a page elsewhere that wants to look. */
const OWN_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i;

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/** A page about the clients and their backups, for this machine alone. */
export class StatusServer {
  readonly address: string;
  private readonly server: Server;

  private constructor(server: Server) {
    this.server = server;
    this.address = `http://${LOOPBACK}:${(server.address() as AddressInfo).port}/`;
  }

  /** Throws StoreError if the port can't be listened on; 0 is any that is free. */
  static async open(
    port: number,
    watched: Watched,
    complain: (problem: string) => void,
  ): Promise<StatusServer> {
    const server = createServer((request, response) => {
      serve(request, response, watched).catch((error: unknown) => {
        complain(error instanceof Error ? error.message : String(error));
        reply(response, 500, '');
      });
    });
    server.requestTimeout = PATIENCE;
    server.headersTimeout = PATIENCE;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) =>
        reject(
          new StoreError(codeOf(error) ?? 'EIO', `can't listen on ${LOOPBACK}:${port}: ${error.message}`),
        ),
      );
      server.listen(port, LOOPBACK, resolve);
    });
    return new StatusServer(server);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }
}

async function serve(request: IncomingMessage, response: ServerResponse, watched: Watched): Promise<void> {
  const { method, headers, url = '/' } = request;
  if (!OWN_HOST.test(headers.host ?? '')) return reply(response, 403, '');
  if (method !== 'GET' && method !== 'HEAD') return reply(response, 405, '');
  const { status, body } = await answer(url.split('?')[0]!, watched);
  reply(response, status, method === 'HEAD' ? '' : body);
}

function reply(response: ServerResponse, status: number, body: string): void {
  if (!response.headersSent) response.writeHead(status, HEADERS);
  response.end(body);
}
