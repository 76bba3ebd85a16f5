import { once } from 'node:events';
import { type Socket, connect as connectPlain, createServer } from 'node:net';
import { type AddressInfo } from 'node:net';
import { type ConnectionOptions, type TLSSocket, connect } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../host/system.ts';
import { makeAuthority, makeClientCertificate } from '../tls/make-authority.ts';
import { OwnAuthority } from '../tls/own-authority.ts';
import { type ServerTls, readServerTls } from '../tls/server-tls.ts';
import { caFiles } from '../tls/testing/ca-files.ts';
import { Listener } from './listener.ts';

const cleanUps: (() => Promise<void>)[] = [];
let tls: ServerTls;
let own: ConnectionOptions;

beforeAll(async () => {
  const files = await caFiles((cleanUp) => cleanUps.push(cleanUp));
  const { ca } = await makeAuthority(files.config, files.tls, systemClock);
  const authority = await OwnAuthority.open(ca, files.config, systemClock);
  const { key, certificate } = await makeClientCertificate(authority, 'laptop');
  own = { key, cert: Buffer.from(certificate) };
  tls = await readServerTls(files.tls, Date.now());
});
afterAll(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
});

interface Opened {
  readonly listener: Listener;
  readonly port: number;
  readonly peers: TLSSocket[];
  readonly refused: string[];
}

async function open(maxClients: number, needsCertificate = false): Promise<Opened> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  const peers: TLSSocket[] = [];
  const refused: string[] = [];
  const listener = await Listener.open(
    { address: '127.0.0.1', port, maxClients, purpose: 'backups' },
    { ...tls, needsCertificate },
    {
      onPeer(socket) {
        socket.on('error', () => undefined);
        peers.push(socket);
      },
      onRefused: (address, reason) => refused.push(`${address}: ${reason}`),
    },
  );
  return { listener, port, peers, refused };
}

const dial = (port: number, options: ConnectionOptions = {}): TLSSocket => {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
  socket.on('error', () => undefined);
  return socket;
};

const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()));

it('so many clients are taken and no more, until one of them has gone', async () => {
  const { listener, port, peers, refused } = await open(1);
  const first = dial(port);
  await once(first, 'secureConnect');
  const second: Socket = connectPlain({ host: '127.0.0.1', port });
  second.on('error', () => undefined);
  await closed(second);
  expect(refused).toEqual(['127.0.0.1: there are 1 connections already, as many as max_children allows']);
  first.destroy();
  await once(peers[0]!, 'close');
  const third = dial(port);
  await once(third, 'secureConnect');
  third.destroy();
  listener.close();
});

it('where a certificate is needed nobody without one gets in', async () => {
  const { listener, port, peers } = await open(5, true);
  const without = dial(port);
  await closed(without);
  expect(peers).toEqual([]);
  const withOne = dial(port, own);
  await once(withOne, 'secureConnect');
  withOne.write('x');
  while (peers.length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(peers[0]!.authorized).toBe(true);
  withOne.destroy();
  listener.close();
});

it('a renewed listener has other limits, and a closed one takes nobody', async () => {
  const { listener, port } = await open(1);
  const first = dial(port);
  await once(first, 'secureConnect');
  listener.renew({ ...tls, needsCertificate: false }, 2);
  const second = dial(port);
  await once(second, 'secureConnect');
  listener.close();
  const third = dial(port);
  await closed(third);
  expect([first.destroyed, second.destroyed]).toEqual([false, false]);
  first.destroy();
  second.destroy();
});

it('a port that is taken is one line that names it', async () => {
  const { listener, port } = await open(1);
  const other = Listener.open(
    { address: '127.0.0.1', port, maxClients: 1, purpose: 'backups' },
    { ...tls, needsCertificate: false },
    { onPeer() {}, onRefused() {} },
  );
  await expect(other).rejects.toThrow(
    `can't listen on 127.0.0.1:${port}: another program listens there (EADDRINUSE)`,
  );
  listener.close();
});
