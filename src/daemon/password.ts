import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import md5Crypt from 'apache-md5';
import desCrypt from 'unix-crypt-td-js';
import { encrypt } from 'unixcrypt';

/** Only meaningful within this process; makes texts of any length comparable in constant time. */
const KEY = randomBytes(32);

/** What a client must know. Burp checks what is set of both; a client with neither can't log in. */
export interface Secrets {
  /** Plain. */
  readonly password: string | undefined;
  /** As crypt(3) writes it, with SHA-512, SHA-256, MD5 or DES. */
  readonly passwd: string | undefined;
}

/** Whether `given` is the password. How long that takes says nothing about how much of it is right. */
export function isPassword(given: Uint8Array, { password, passwd }: Secrets): boolean {
  if (password === undefined && passwd === undefined) return false;
  const isPlain = password === undefined || areEqual(Buffer.from(password), given);
  const isHashed = passwd === undefined || isHashOf(given, passwd);
  return isPlain && isHashed;
}

function isHashOf(given: Uint8Array, passwd: string): boolean {
  return areEqual(Buffer.from(crypt(Buffer.from(given), passwd)), Buffer.from(passwd));
}

/** What crypt(3) makes of a password with the method and the salt of a hash. */
function crypt(given: Buffer, hash: string): string {
  if (hash.startsWith('$1$')) return md5Crypt(given.toString('latin1'), hash);
  if (!hash.startsWith('$')) return desCrypt(given.toString('latin1'), hash);
  return encrypt(given.toString('utf8'), hash);
}

function areEqual(left: Uint8Array, right: Uint8Array): boolean {
  return timingSafeEqual(digest(left), digest(right));
}

function digest(bytes: Uint8Array): Buffer {
  return createHmac('sha256', KEY).update(bytes).digest();
}
