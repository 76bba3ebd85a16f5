import md5Crypt from 'apache-md5';
import desCrypt from 'unix-crypt-td-js';
import { encrypt } from 'unixcrypt';

/** What crypt(3) makes of a password with the method and the salt of a hash. */
export function crypt(given: Buffer, hash: string): string {
  if (hash.startsWith('$1$')) return md5Crypt(given.toString('latin1'), hash);
  if (!hash.startsWith('$')) return desCrypt(given.toString('latin1'), hash);
  return encrypt(given.toString('utf8'), hash);
}
