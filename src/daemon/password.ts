import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { seldom } from '../ports/seldom.ts';

const hashing = seldom(() => import('./crypt.ts'));

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
export async function isPassword(given: Uint8Array, { password, passwd }: Secrets): Promise<boolean> {
  if (password === undefined && passwd === undefined) return false;
  const isPlain = password === undefined || areEqual(Buffer.from(password), given);
  const isHashed = passwd === undefined || (await isHashOf(given, passwd));
  return isPlain && isHashed;
}

async function isHashOf(given: Uint8Array, passwd: string): Promise<boolean> {
  const { crypt } = await hashing();
  return areEqual(Buffer.from(crypt(Buffer.from(given), passwd)), Buffer.from(passwd));
}

function areEqual(left: Uint8Array, right: Uint8Array): boolean {
  return timingSafeEqual(digest(left), digest(right));
}

function digest(bytes: Uint8Array): Buffer {
  return createHmac('sha256', KEY).update(bytes).digest();
}
