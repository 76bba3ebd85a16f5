import { X509Certificate, generateKeyPairSync } from 'node:crypto';
import { mkdir, open, readFile, readdir, readlink, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { systemClock } from '../host/system.ts';
import { caDirectory } from './ca-directory.ts';
import { readIndex } from './ca-index.ts';
import { RevocationList, revoke } from './crl.ts';
import { makeAuthority, makeClientCertificate } from './make-authority.ts';
import { readIssuer } from './issuer.ts';
import { OwnAuthority } from './own-authority.ts';
import { readServerTls } from './server-tls.ts';
import { type AtTheEnd, CA_NAME, type CaFiles, SERVER_NAME, caFiles, has } from './testing/ca-files.ts';
import { request } from './testing/requests.ts';

interface MadeCa extends CaFiles {
  readonly authority: OwnAuthority;
}

async function made(atTheEnd?: AtTheEnd): Promise<MadeCa> {
  const files = await caFiles(atTheEnd);
  const { ca, left } = await makeAuthority(files.config, files.tls, systemClock);
  expect(left).toEqual([]);
  return { ...files, authority: await OwnAuthority.open(ca, files.config, systemClock) };
}

/** One CA for all tests that only read it or take names of their own: keys are slow to make. */
let shared: MadeCa;
const cleanUps: (() => Promise<void>)[] = [];
beforeAll(async () => {
  shared = await made((cleanUp) => cleanUps.push(cleanUp));
});
afterAll(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
});

it('a new CA has keys that only their owner reads, and a server certificate that it signed', async () => {
  const { ca, tls } = shared;
  for (const name of await readdir(ca)) {
    const { mode } = await stat(join(ca, name));
    if (name.endsWith('.key')) expect(mode & 0o777, name).toBe(0o600);
  }
  expect(await readlink(tls.cert)).toBe(join(ca, `${SERVER_NAME}.crt`));
  const root = new X509Certificate(await readFile(tls.ca));
  const server = new X509Certificate(await readFile(tls.cert));
  expect(root.verify(root.publicKey)).toBe(true);
  expect(server.verify(root.publicKey)).toBe(true);
  expect(server.subject).toBe(`CN=${SERVER_NAME}`);
  expect((await readServerTls(tls, Date.now())).warnings).toEqual([]);
});

it('a CA that is there is left as it is', async () => {
  const { config, tls, ca } = shared;
  const before = await readFile(join(ca, `CA_${CA_NAME}.crt`));
  await expect(makeAuthority(config, tls, systemClock)).rejects.toMatchObject({ code: 'EEXIST' });
  expect(await readFile(join(ca, `CA_${CA_NAME}.crt`))).toEqual(before);
});

/** The disk takes no more data from call number `after` + 1 on. */
async function fullAfter(after: number): Promise<() => void> {
  const probe = await open('/dev/null', 'r');
  const prototype = Object.getPrototypeOf(probe) as typeof probe;
  await probe.close();
  const sync = Reflect.get(prototype, 'sync');
  let calls = 0;
  const spy = vi.spyOn(prototype, 'sync').mockImplementation(function (this: typeof probe) {
    if (calls++ < after) return sync.call(this);
    return Promise.reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }));
  });
  return () => spy.mockRestore();
}

it('a CA that could not be made whole leaves nothing in the way of the next attempt', async () => {
  const files = await caFiles();
  for (const after of [0, 1, 5, 9]) {
    const repair = await fullAfter(after);
    await expect(makeAuthority(files.config, files.tls, systemClock)).rejects.toMatchObject({
      code: 'ENOSPC',
    });
    repair();
  }
  expect((await makeAuthority(files.config, files.tls, systemClock)).left).toEqual([]);
});

it('a request that could not be kept may be made again', async () => {
  const { authority } = shared;
  const wanted = await request('unlucky');
  const repair = await fullAfter(0);
  await expect(authority.sign('unlucky', wanted)).rejects.toMatchObject({ code: 'ENOSPC' });
  repair();
  expect(await authority.whyNot('unlucky')).toBeUndefined();
  expect(new X509Certificate(await authority.sign('unlucky', wanted)).subject).toBe('CN=unlucky');
});

it('a request is signed once, for its name only, and without what else it asks for', async () => {
  const { authority, ca } = shared;
  expect(await authority.whyNot('laptop')).toBeUndefined();
  const pem = await authority.sign('laptop', await request('laptop', { isCa: true }));
  const certificate = new X509Certificate(pem);
  expect(certificate).toMatchObject({ subject: 'CN=laptop', ca: false, subjectAltName: undefined });
  expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']); // for clients
  expect(certificate.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
  expect(await authority.whyNot('laptop')).toBe(
    `Will not accept a client certificate request for 'laptop' - ${ca}/laptop.crt already exists!`,
  );
  expect(await authority.whyNot(CA_NAME)).toContain('the same name as the CA');
  expect(await authority.whyNot(SERVER_NAME)).toContain('already exists');
});

it.each([
  ['another name', () => request('other'), /it is for "other"/],
  ['two names', () => request(['mine', 'other']), /it is for "mine, other"/],
  ['a weak key', () => request('mine', { bits: 1024 }), /its key has 1024 bits/],
  ['a broken signature', () => request('mine', { isForged: true }), /its signature is not that of its key/],
  ['something else', () => Promise.resolve(Buffer.from('hello')), /not a certificate request/],
])('a request with %s is not signed, and nothing is kept of it', async (_, make, reason) => {
  const { authority } = shared;
  await expect(authority.sign('mine', await make())).rejects.toThrow(reason);
  expect(await authority.whyNot('mine')).toBeUndefined();
});

it('certificates that are asked for at once have numbers of their own', async () => {
  const { authority, config } = shared;
  const names = ['a', 'b', 'c', 'd'];
  await Promise.all(names.map(async (name) => authority.sign(name, await request(name))));
  const index = await readIndex(await caDirectory(config));
  expect(new Set(index.map(({ serial }) => serial)).size).toBe(index.length);
  expect(index.map(({ subject }) => subject)).toEqual(
    expect.arrayContaining(['/CN=a', '/CN=d', `/CN=${SERVER_NAME}`]),
  );
});

it("what is revoked is on the list, and only that; a list that is missing or another CA's trusts nobody", async () => {
  const { config, authority } = shared;
  const ca = await caDirectory(config);
  const lost = new X509Certificate((await makeClientCertificate(authority, 'lost')).certificate);
  const kept = new X509Certificate((await makeClientCertificate(authority, 'kept')).certificate);
  const pem = Buffer.from(authority.certificate).toString();
  const list = new RevocationList(ca.crl, pem);
  expect(await list.whyNot(lost.serialNumber)).toBeUndefined();
  expect(await revoke(ca, await readIssuer(ca), 'lost', Date.now())).toHaveLength(1);
  expect(await revoke(ca, await readIssuer(ca), 'lost', Date.now())).toEqual([]);
  expect(await list.whyNot(lost.serialNumber)).toContain('is revoked');
  expect(await list.whyNot(kept.serialNumber)).toBeUndefined();
  expect(await authority.whyNot('lost')).toBeUndefined();
  expect(await authority.whyNot('kept')).toContain('already exists');
  expect(await new RevocationList(`${ca.crl}x`, pem).whyNot('01')).toContain('ENOENT');
  const other = await made();
  const foreign = new RevocationList(ca.crl, Buffer.from(other.authority.certificate).toString());
  expect(await foreign.whyNot(kept.serialNumber)).toContain('not signed by the CA');
});

it.skipIf(!has('openssl', 'burp_ca'))(
  "burp_ca's CA signs here, and burp_ca revokes in ours (skipped without openssl and burp_ca)",
  async () => {
    const theirs = await caFiles();
    const run = (...args: string[]) =>
      execa('burp_ca', ['--dir', theirs.ca, '--config', theirs.config.conf, ...args]);
    await run('--init', '--ca', CA_NAME);
    await run('--key', '--request', '--name', SERVER_NAME);
    await run('--sign', '--batch', '--ca', CA_NAME, '--name', SERVER_NAME);
    const ca = await caDirectory(theirs.config);
    const authority = await OwnAuthority.open(ca, theirs.config, systemClock);
    await authority.sign('laptop', await request('laptop'));
    await execa('openssl', [
      'verify',
      '-CAfile',
      ca.certificate,
      ca.certificateOf('laptop'),
      ca.certificateOf(SERVER_NAME),
    ]);
    const { serial } = (await readIndex(ca)).at(-1)!;
    expect(serial).toBe('01');
    await run('--revoke', serial, '--ca', CA_NAME, '--name', CA_NAME, '--batch', '--crl');
    const list = new RevocationList(ca.crl, await readFile(ca.certificate, 'latin1'));
    expect(await list.whyNot('01')).toContain('is revoked');
    expect(await list.whyNot('00')).toBeUndefined();
    // The next one that burp_ca signs has the number after ours.
    await run('--key', '--request', '--name', 'next');
    await run('--sign', '--batch', '--ca', CA_NAME, '--name', 'next');
    expect((await readIndex(ca)).at(-1)).toMatchObject({ serial: '02', subject: '/CN=next' });
  },
);

it.each([
  ['a missing certificate', { cert: '/none' }, /^ssl_cert \/none can't be read \(ENOENT\)$/],
  ['a missing CA', { ca: '/none' }, /^ssl_cert_ca \/none can't be read/],
  ['weak ciphers', { ciphers: 'HIGH:RC4-SHA' }, /^ssl_ciphers: RC4-SHA lets weak ciphers in$/],
  ['anonymous ciphers', { ciphers: 'ALL:aNULL' }, /^ssl_ciphers: aNULL lets weak/],
  ['no ciphers', { ciphers: 'NONSENSE' }, /^ssl_ciphers: OpenSSL knows no safe cipher/],
])('%s is one line', async (_, change, message) => {
  const { tls } = shared;
  const error: unknown = await readServerTls({ ...tls, ...change }, Date.now()).catch(
    (reason: unknown) => reason,
  );
  expect((error as Error).message).toMatch(message);
});

it('a key of another certificate, no key, and a certificate whose time is over are one line each', async () => {
  const { tls, ca, directory } = shared;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = join(directory, 'other.key');
  await writeFile(key, privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const load = (change: object, now = Date.now()) => readServerTls({ ...tls, ...change }, now);
  await expect(load({ key })).rejects.toThrow(/is not the key of ssl_cert/);
  await expect(load({ key: tls.cert })).rejects.toThrow(/is not a private key in PEM/);
  await expect(load({}, Date.UTC(2100, 0))).rejects.toThrow(/was valid until/);
  await expect(load({}, Date.UTC(2020, 0))).rejects.toThrow(/is not valid before/);
  expect((await load({ ca: join(ca, `${SERVER_NAME}.crt`) })).warnings).toEqual([
    expect.stringMatching(/was not signed by ssl_cert_ca/),
  ]);
});

it('a CA.cnf without a directory, and an index that is none, are one line', async () => {
  const { directory, config } = await caFiles();
  await writeFile(join(directory, 'CA.cnf'), '[ ca ]\n');
  await expect(caDirectory(config)).rejects.toThrow(/CA.cnf: CA_DIR, the CA's directory, is not set/);
  await writeFile(join(directory, 'CA.cnf'), `CA_DIR = ${directory}/CA\n`);
  await mkdir(join(directory, 'CA'));
  await writeFile(join(directory, 'CA/index.txt'), 'V\tnonsense\n');
  await expect(readIndex(await caDirectory(config))).rejects.toThrow(/index.txt:1: it is no line/);
});
