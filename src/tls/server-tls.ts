import { X509Certificate, constants, createPrivateKey } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { type SecureContextOptions, createSecureContext } from 'node:tls';
import { ConfigError } from '../config/config-error.ts';
import type { TlsConfig } from '../config/server-config.ts';
import { codeOf } from '../storage/errors.ts';
import { safeCiphers } from './ciphers.ts';

/** What a TLS listener needs. */
export interface ServerTls {
  readonly options: SecureContextOptions;
  /** The CA's certificate, PEM. */
  readonly authority: string;
  /** What should be looked at: a certificate that is about to expire, a key that others may read. */
  readonly warnings: readonly string[];
}

const DAY = 86_400_000;
const SOON = 30 * DAY;

/** Reads certificates and key. Throws ConfigError with one line that names the option and the file. */
export async function readServerTls(config: TlsConfig, now: number): Promise<ServerTls> {
  const [ca, cert, key] = await Promise.all([
    read('ssl_cert_ca', config.ca),
    read('ssl_cert', config.cert),
    read('ssl_key', config.key),
  ]);
  const ciphers = safeCiphers(config.ciphers);
  const certificate = parse('ssl_cert', config.cert, cert);
  const authority = parse('ssl_cert_ca', config.ca, ca);
  checkKey(config, key, certificate);
  checkTime(certificate, `ssl_cert ${config.cert}`, now);
  const options: SecureContextOptions = {
    ca,
    cert,
    key,
    ...(config.password !== undefined && { passphrase: config.password }),
    ...(ciphers !== undefined && { ciphers }),
    minVersion: 'TLSv1.2',
    // A ticket would bring a client back without its certificate being looked at again.
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  };
  createContext(options, config);
  const warnings = [
    ...expiring(certificate, config.cert, now),
    ...stranger(certificate, authority, config),
    ...(await openKey(config.key)),
  ];
  return { options, authority: ca, warnings };
}

async function read(option: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'latin1');
  } catch (error) {
    throw new ConfigError([`${option} ${file} can't be read (${codeOf(error) ?? 'unknown'})`]);
  }
}

function parse(option: string, file: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new ConfigError([`${option} ${file} is not a certificate in PEM`]);
  }
}

function checkKey({ key, cert, password }: TlsConfig, pem: string, certificate: X509Certificate): void {
  let isIts: boolean;
  try {
    const passphrase = password === undefined ? {} : { passphrase: password };
    isIts = certificate.checkPrivateKey(createPrivateKey({ key: pem, ...passphrase }));
  } catch {
    const why = /ENCRYPTED/.test(pem) ? 'needs another ssl_key_password' : 'is not a private key in PEM';
    throw new ConfigError([`ssl_key ${key} ${why}`]);
  }
  if (!isIts) throw new ConfigError([`ssl_key ${key} is not the key of ssl_cert ${cert}`]);
}

function checkTime({ validFrom, validTo }: X509Certificate, what: string, now: number): void {
  if (now > Date.parse(validTo)) throw new ConfigError([`${what} was valid until ${validTo}`]);
  if (now < Date.parse(validFrom)) throw new ConfigError([`${what} is not valid before ${validFrom}`]);
}

function createContext(options: SecureContextOptions, { cert, key }: TlsConfig): void {
  try {
    createSecureContext(options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`ssl_cert ${cert} with ssl_key ${key} can't be used: ${reason}`]);
  }
}

function expiring({ validTo }: X509Certificate, file: string, now: number): string[] {
  return Date.parse(validTo) - now < SOON ? [`ssl_cert ${file} is valid until ${validTo} only`] : [];
}

function stranger(
  certificate: X509Certificate,
  authority: X509Certificate,
  { ca, cert }: TlsConfig,
): string[] {
  if (certificate.checkIssued(authority)) return [];
  return [`ssl_cert ${cert} was not signed by ssl_cert_ca ${ca}: clients with that CA will turn away`];
}

async function openKey(file: string): Promise<string[]> {
  const { mode } = await stat(file);
  return mode & 0o044 ? [`ssl_key ${file} can be read by others than its owner: chmod 600 it`] : [];
}
