/** Old hashes of passwords, by packages that have no types of their own. */
declare module 'apache-md5' {
  /** MD5 of crypt(3), for a salt that begins with `$1$`. Characters are bytes. */
  export default function md5Crypt(password: string, salt: string): string;
}

declare module 'unix-crypt-td-js' {
  /** The traditional DES of crypt(3), which takes no more than eight characters. Characters are bytes. */
  export default function desCrypt(password: string, salt: string): string;
}
