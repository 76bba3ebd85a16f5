import { randomFillSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Socket, connect as connectPlain } from 'node:net';
import { type AddressInfo } from 'node:net';
import { type ConnectionOptions, type Server, type TLSSocket, connect, createServer } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../host/system.ts';
import type { PeerCertificate } from '../protocol/connection.ts';
import { makeAuthority, makeClientCertificate } from '../tls/make-authority.ts';
import { OwnAuthority } from '../tls/own-authority.ts';
import { peerCertificate } from '../tls/peer-certificate.ts';
import { readServerTls } from '../tls/server-tls.ts';
import { type CaFiles, caFiles } from '../tls/testing/ca-files.ts';
import { TlsConnection } from './tls-connection.ts';

interface Ca extends CaFiles {
  readonly authority: OwnAuthority;
}

const cleanUps: (() => Promise<void>)[] = [];
let ca: Ca;
let server: Server;
let peers: ((socket: TLSSocket) => void)[] = [];

async function newCa(): Promise<Ca> {
  const files = await caFiles((cleanUp) => cleanUps.push(cleanUp));
  const made = await makeAuthority(files.config, files.tls, systemClock);
  return { ...files, authority: await OwnAuthority.open(made.ca, files.config, systemClock) };
}

beforeAll(async () => {
  ca = await newCa();
  const { options } = await readServerTls(ca.tls, Date.now());
  server = createServer({ ...options, requestCert: true, rejectUnauthorized: false });
  server.on('secureConnection', (socket) => peers.shift()?.(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.close();
  for (const cleanUp of cleanUps) await cleanUp();
});

const place = () => ({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });

/** Both ends of a new connection. */
async function pair(options: ConnectionOptions = {}): Promise<{ ours: TLSSocket; theirs: TLSSocket }> {
  const ours = new Promise<TLSSocket>((resolve) => peers.push(resolve));
  const theirs = connect({ ...place(), rejectUnauthorized: false, ...options });
  theirs.on('error', () => undefined);
  return { ours: await ours, theirs };
}

const over = (socket: TLSSocket) =>
  new TlsConnection(
    socket,
    { address: 'x', certificate: { state: 'none' } },
    { idle: 60_000, rate: undefined },
  );

async function allOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/** So many bytes; the socket stays open. */
function exactly(socket: TLSSocket, length: number): Promise<Buffer> {
  const all: Buffer[] = [];
  return new Promise((resolve) => {
    socket.on('data', (piece: Buffer) => {
      all.push(piece);
      length -= piece.length;
      if (length <= 0) resolve(Buffer.concat(all));
    });
  });
}

it('bytes arrive as they were sent, in both directions, and the end is the end', async () => {
  const { ours, theirs } = await pair();
  const connection = over(ours);
  const data = randomFillSync(Buffer.alloc(3_000_000));
  theirs.write(data);
  const back = exactly(theirs, data.length);
  const echoed = (async () => {
    for await (const piece of connection.incoming) if (!connection.write(piece)) await connection.drained();
    await connection.end();
  })();
  expect((await back).equals(data)).toBe(true);
  theirs.end();
  await echoed;
});

it('a peer whose bytes nobody takes is held back', async () => {
  const { ours, theirs } = await pair();
  const connection = over(ours);
  const data = Buffer.alloc(20_000_000, 'x');
  let isSent = false;
  theirs.write(data, () => (isSent = true));
  const pieces = connection.incoming[Symbol.asyncIterator]();
  await pieces.next();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(isSent).toBe(false);
  expect(process.memoryUsage().rss).toBeLessThan(2 ** 30);
  for (let left = data.length; left > 1_000_000;) left -= ((await pieces.next()).value as Uint8Array).length;
  connection.destroy();
});

it('a peer that breaks off is an error, and nothing waits for it any more', async () => {
  const raw = connectPlain(place());
  const { ours, theirs } = await pair({ socket: raw });
  const connection = over(ours);
  const incoming = allOf(connection.incoming);
  theirs.write('part of a frame');
  await new Promise((resolve) => ours.once('data', resolve));
  raw.resetAndDestroy();
  await expect(incoming).rejects.toMatchObject({ code: 'ECONNRESET' });
  await connection.drained();
  await connection.end();
  connection.write(Buffer.from('to nobody'));
});

it('destroying settles all that waits, and cutting says why', async () => {
  const [first, second] = [await pair(), await pair()];
  const destroyed = over(first.ours);
  const waiting = allOf(destroyed.incoming);
  destroyed.destroy();
  await expect(waiting).rejects.toMatchObject({ code: 'ECONNRESET' });
  const cut = over(second.ours);
  const other = allOf(cut.incoming);
  cut.cut('the server stops');
  await expect(other).rejects.toThrow('the server stops');
});

it('ending sends what waits, drops what still comes, and settles when the peer has closed', async () => {
  const { ours, theirs } = await pair();
  const connection = over(ours);
  connection.write(Buffer.from('last words'));
  theirs.write(Buffer.alloc(5_000_000));
  const [heard] = await Promise.all([allOf(theirs), connection.end()]);
  expect(heard.toString()).toBe('last words');
});

it('what is no TLS, and TLS of old, get no connection', async () => {
  const failed = () => new Promise<Error>((resolve) => server.once('tlsClientError', resolve));
  const plain: Socket = connectPlain(place());
  plain.on('error', () => undefined);
  const first = failed();
  plain.end('GET / HTTP/1.0\r\n\r\n');
  await first;
  const second = failed();
  connect({
    ...place(),
    rejectUnauthorized: false,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  }).on('error', () => undefined);
  await second;
});

/** What the server makes of a peer that shows this. */
async function judged(options: ConnectionOptions): Promise<PeerCertificate> {
  const { ours, theirs } = await pair(options);
  const connection = over(ours);
  const certificate = await peerCertificate(ours, undefined);
  connection.destroy();
  theirs.destroy();
  return certificate;
}

it('a certificate is trusted if our CA signed it, and only then', async () => {
  expect(await judged({})).toEqual({ state: 'none' });
  const own = await makeClientCertificate(ca.authority, 'laptop');
  expect(await judged({ key: own.key, cert: Buffer.from(own.certificate) })).toEqual({
    state: 'trusted',
    commonName: 'laptop',
  });
  const foreign = await makeClientCertificate((await newCa()).authority, 'laptop');
  expect(await judged({ key: foreign.key, cert: Buffer.from(foreign.certificate) })).toMatchObject({
    state: 'refused',
    reason: expect.stringMatching(/UNABLE_TO_|SELF_SIGNED/),
  });
});

it("the server's own certificate is no client's, even for those who have its key", async () => {
  const [key, cert] = await Promise.all([readFile(ca.tls.key), readFile(ca.tls.cert)]);
  expect(await judged({ key, cert })).toMatchObject({ state: 'refused', reason: 'INVALID_PURPOSE' });
});
