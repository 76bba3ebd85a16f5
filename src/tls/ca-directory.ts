import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../config/config-error.ts';
import { parseLine } from '../config/line.ts';
import type { AuthorityConfig } from '../config/server-config.ts';
import { codeOf } from '../storage/errors.ts';

/** Where the files of a CA are: the layout of Burp's `burp_ca`, which is that of `openssl ca`. */
export interface CaDirectory {
  readonly directory: string;
  readonly key: string;
  readonly certificate: string;
  readonly crl: string;
  /** The serial number of the next certificate, hexadecimal. */
  readonly serial: string;
  readonly crlNumber: string;
  /** One line for each certificate. */
  readonly index: string;
  /** Days for which certificates are valid. */
  readonly days: number;
  requestOf(name: string): string;
  certificateOf(name: string): string;
  keyOf(name: string): string;
  /** The copy of a certificate by its serial number, for `burp_ca --revoke`. */
  copyOf(serial: string): string;
}

const DEFAULT_DAYS = 7300;

/** Reads `CA.cnf`. Throws ConfigError if it can't be read or names no directory. */
export async function caDirectory({ conf, name }: AuthorityConfig): Promise<CaDirectory> {
  const text = await read(conf);
  const directory = firstValue(text, 'ca_dir');
  if (directory === undefined) throw new ConfigError([`${conf}: CA_DIR, the CA's directory, is not set`]);
  const days = Number(firstValue(text, 'default_days') ?? DEFAULT_DAYS);
  if (!Number.isSafeInteger(days) || days < 1)
    throw new ConfigError([`${conf}: default_days is a whole number from 1 up`]);
  return layout(directory, name, days);
}

function layout(directory: string, name: string, days: number): CaDirectory {
  return {
    directory,
    days,
    key: join(directory, `CA_${name}.key`),
    certificate: join(directory, `CA_${name}.crt`),
    crl: join(directory, `CA_${name}.crl`),
    serial: join(directory, 'serial.txt'),
    crlNumber: join(directory, 'crlnumber.txt'),
    index: join(directory, 'index.txt'),
    requestOf: (client) => join(directory, `${client}.csr`),
    certificateOf: (client) => join(directory, `${client}.crt`),
    keyOf: (client) => join(directory, `${client}.key`),
    copyOf: (serial) => join(directory, 'certs', `${serial}.pem`),
  };
}

/** Whether a CA was made here: its certificate is there. */
export async function isMade(ca: CaDirectory): Promise<boolean> {
  try {
    return (await stat(ca.certificate)).isFile();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ConfigError([`ca_conf ${file} can't be read (${codeOf(error) ?? 'unknown'})`]);
  }
}

function firstValue(text: string, name: string): string | undefined {
  for (const line of text.split('\n')) {
    const parsed = parseLine(line);
    if (parsed.kind === 'pair' && parsed.name.toLowerCase() === name) return parsed.value;
  }
  return undefined;
}
