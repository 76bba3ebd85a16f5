import { randomBytes } from 'node:crypto';
import { lstat, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuthorityConfig, TlsConfig } from '../config/server-config.ts';
import type { Clock } from '../ports/clock.ts';
import { StoreError, ifThere } from '../storage/errors.ts';
import { type CaDirectory, caDirectory } from './ca-directory.ts';
import { EVERYBODY_READS, OWNER_ONLY, createDurably } from './durable-file.ts';
import { writeCrl } from './crl.ts';
import { issueAuthority } from './issue.ts';
import { makeKeyPair } from './keys.ts';
import { readIssuer } from './issuer.ts';
import { OwnAuthority } from './own-authority.ts';

/** burp_ca's `--ca_days`. */
const CA_DAYS = 7300;

export interface Made {
  readonly ca: CaDirectory;
  /** What was at a path of `ssl_cert_ca`, `ssl_cert` or `ssl_key` already and was left there, and what it would be. */
  readonly left: readonly { readonly path: string; readonly made: string }[];
}

/**
 * Makes a CA and the server's certificate, laid out as `burp_ca` does it, and links `ssl_cert_ca`, `ssl_cert` and
 * `ssl_key` to them where nothing is yet. Throws EEXIST, having changed nothing, if the CA's directory is there.
 */
export async function makeAuthority(config: AuthorityConfig, tls: TlsConfig, clock: Clock): Promise<Made> {
  const ca = await caDirectory(config);
  await makeDirectories(ca);
  try {
    await fill(ca, config, clock);
  } catch (error) {
    // Else it would be taken for a CA by whoever tries again, with room on the disk.
    await rm(ca.directory, { recursive: true });
    throw error;
  }
  const links = [
    { path: tls.ca, made: ca.certificate },
    { path: tls.cert, made: ca.certificateOf(config.serverName) },
    { path: tls.key, made: ca.keyOf(config.serverName) },
  ];
  const left = [];
  for (const link of links) if (!(await linkTo(link.made, link.path))) left.push(link);
  return { ca, left };
}

async function fill(ca: CaDirectory, config: AuthorityConfig, clock: Clock): Promise<void> {
  const keyPair = await makeKeyPair();
  await createDurably(ca.key, keyPair.pem, OWNER_ONLY);
  const term = { now: clock.now(), days: CA_DAYS, serial: `01${randomBytes(15).toString('hex')}` };
  const certificate = await issueAuthority(config.name, keyPair, term);
  await createDurably(ca.index, '', EVERYBODY_READS);
  await createDurably(ca.serial, '00\n', EVERYBODY_READS);
  await createDurably(ca.crlNumber, '00\n', EVERYBODY_READS);
  await createDurably(ca.certificate, `${certificate.toString('pem')}\n`, EVERYBODY_READS);
  await makeServerCertificate(ca, config, clock);
  await writeCrl(ca, await readIssuer(ca), clock.now());
}

/** A key and a certificate for one client, made here, for those who carry them there by hand. */
export async function makeClientCertificate(
  authority: OwnAuthority,
  name: string,
): Promise<{ readonly key: string; readonly certificate: Uint8Array }> {
  const { keys, pem } = await makeKeyPair();
  return { key: pem, certificate: await authority.certifyOwn(name, keys.publicKey, 'client') };
}

async function makeDirectories({ directory }: CaDirectory): Promise<void> {
  try {
    await mkdir(directory, { mode: 0o755 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new StoreError('EEXIST', `${directory} is there already: there is a CA, or something else`);
  }
  for (const name of ['certs', 'newcerts']) await mkdir(join(directory, name), { mode: 0o755 });
}

async function makeServerCertificate(ca: CaDirectory, config: AuthorityConfig, clock: Clock): Promise<void> {
  const authority = await OwnAuthority.open(ca, config, clock);
  const { keys, pem } = await makeKeyPair();
  await createDurably(ca.keyOf(config.serverName), pem, OWNER_ONLY);
  await authority.certifyOwn(config.serverName, keys.publicKey, 'server');
}

/** False if something else is at `path`. */
async function linkTo(target: string, path: string): Promise<boolean> {
  if (target === path) return true;
  if (await ifThere(lstat(path))) return false;
  await symlink(target, path);
  return true;
}
