import { readFile } from 'node:fs/promises';
import { StoreError, ifThere } from '../storage/errors.ts';
import type { CaDirectory } from './ca-directory.ts';
import { EVERYBODY_READS, writeDurably } from './durable-file.ts';

/** One line of `index.txt`, the list that `openssl ca` keeps of the certificates that it signed. */
export interface Indexed {
  readonly state: 'valid' | 'revoked' | 'expired';
  /** As in the file: `460101000000Z`, or `20520101000000Z` from 2050 on. */
  readonly expires: string;
  /** When it was revoked, in the same form, perhaps with a comma and a reason; empty if it was not. */
  readonly revoked: string;
  /** Hexadecimal, upper case. */
  readonly serial: string;
  readonly file: string;
  /** `/CN=laptop` */
  readonly subject: string;
}

const LETTERS = { V: 'valid', R: 'revoked', E: 'expired' } as const;

/** All certificates that the CA signed, the oldest first. Throws StoreError, with the line, if it can't be understood. */
export async function readIndex({ index }: CaDirectory): Promise<Indexed[]> {
  const text = (await ifThere(readFile(index, 'utf8'))) ?? '';
  const lines = text.split('\n').map((line, at) => ({ line, at: at + 1 }));
  return lines.filter(({ line }) => line !== '').map(({ line, at }) => parse(line, `${index}:${at}`));
}

export async function writeIndex({ index }: CaDirectory, entries: readonly Indexed[]): Promise<void> {
  await writeDurably(index, entries.map((entry) => `${format(entry)}\n`).join(''), EVERYBODY_READS);
}

/**
 * Takes the next serial number. It is gone before the certificate is made, so that no cut can lead to two certificates
 * with one number.
 */
export async function takeSerial({ serial }: CaDirectory): Promise<string> {
  const next = await readHexadecimal(serial);
  await writeDurably(serial, `${evenHex(next + 1n)}\n`, EVERYBODY_READS);
  return evenHex(next);
}

export async function takeCrlNumber({ crlNumber }: CaDirectory): Promise<bigint> {
  const next = await readHexadecimal(crlNumber);
  await writeDurably(crlNumber, `${evenHex(next + 1n)}\n`, EVERYBODY_READS);
  return next;
}

/** A time as `openssl ca` writes it: two digits of the year until 2049. */
export function asn1Time(milliseconds: number): string {
  const digits = new Date(milliseconds).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return Number(digits.slice(0, 4)) < 2050 ? digits.slice(2) : digits;
}

/** Milliseconds since 1970; undefined if it is no such time. */
export function fromAsn1Time(text: string): number | undefined {
  const match = /^(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return undefined;
  const [, year = '', month, day, hour, minute, second] = match;
  // Two digits are 1950 to 2049.
  const full = year.length === 4 ? year : `${Number(year) < 50 ? 20 : 19}${year}`;
  return Date.parse(`${full}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** Two digits for each byte, as `openssl` names files by serial number. */
function evenHex(value: bigint): string {
  const digits = value.toString(16).toUpperCase();
  return digits.length % 2 === 0 ? digits : `0${digits}`;
}

async function readHexadecimal(file: string): Promise<bigint> {
  const text = (await readFile(file, 'utf8')).trim();
  if (/^[0-9A-Fa-f]{1,40}$/.test(text)) return BigInt(`0x${text}`);
  throw new StoreError('EINVAL', `${file} does not hold one hexadecimal number`);
}

function parse(line: string, place: string): Indexed {
  const [letter = '', expires = '', revoked = '', serial = '', file = '', subject] = line.split('\t');
  if (!(letter in LETTERS) || subject === undefined || !/^[0-9A-Fa-f]+$/.test(serial))
    throw new StoreError('EINVAL', `${place}: it is no line of openssl's index of certificates`);
  const state = LETTERS[letter as keyof typeof LETTERS];
  return { state, expires, revoked, serial: serial.toUpperCase(), file, subject };
}

function format({ state, expires, revoked, serial, file, subject }: Indexed): string {
  return [state[0]!.toUpperCase(), expires, revoked, serial, file, subject].join('\t');
}
