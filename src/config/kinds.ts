import { isTimestampFormat } from '../storage/timestamp.ts';

export type Parsed = string | number | boolean;

/** What a value may look like. A parser gives undefined for what it does not understand. */
export interface Kind<T extends Parsed = Parsed> {
  /** For messages and the documentation: `0 or 1`. */
  readonly form: string;
  /** It is not to be shown in messages. */
  readonly isSecret?: boolean;
  parse(text: string): T | undefined;
}

export const text: Kind<string> = { form: 'a text', parse: (value) => value };

export const path: Kind<string> = { form: 'a path', parse: (value) => value };

/** One that does not depend on where a server was started. */
export const absolute: Kind<string> = {
  form: 'an absolute path',
  parse: (value) => (/^\/[^\0]/.test(value) ? value.replace(/(?<=.)\/+$/, '') : undefined),
};

/** For what follows the number in a backup's name. */
export const timestampFormat: Kind<string> = {
  form: 'a strftime format without a slash, %Z and flags',
  parse: (value) => (isTimestampFormat(value) ? value : undefined),
};

export const flag: Kind<boolean> = {
  form: '0 or 1',
  parse: (value) => (/^[01]$/.test(value) ? value === '1' : undefined),
};

export const whole: Kind<number> = {
  form: 'a whole number',
  parse: (value) => (/^\d{1,15}$/.test(value) ? Number(value) : undefined),
};

export const octal: Kind<number> = {
  form: 'an octal number',
  parse: (value) => (/^[0-7]{1,4}$/.test(value) ? Number.parseInt(value, 8) : undefined),
};

const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** Bytes: `100`, `64 kb`, `5Mb`, `2GB`; a kilobyte has 1024. */
export const size: Kind<number> = {
  form: 'a size such as 100, 64kb, 5mb or 2gb',
  parse(value) {
    const match = /^(\d{1,15})\s*(?:([kmg])b?|b)?$/i.exec(value);
    if (!match) return undefined;
    const bytes = Number(match[1]) * UNITS[(match[2] ?? '').toLowerCase()]!;
    return Number.isSafeInteger(bytes) ? bytes : undefined;
  },
};

/** `zlib9`, `gzip0` or just the level. */
export const compression: Kind<number> = {
  form: 'zlib0 to zlib9',
  parse(value) {
    const match = /^(?:zlib|gzip)?(\d)$/.exec(value);
    return match ? Number(match[1]) : undefined;
  },
};

/** Megabits per second, with 2^20 bits, as Burp counts them; given in bytes per second. */
export const rate: Kind<number> = {
  form: 'megabits per second, above 0',
  parse(value) {
    const bytes = /^\d{1,9}(?:\.\d+)?$/.test(value) ? (Number(value) * 2 ** 20) / 8 : 0;
    return bytes > 0 ? bytes : undefined;
  },
};

export function oneOf<const T extends string>(...choices: readonly T[]): Kind<T> {
  return { form: choices.join(' or '), parse: (value) => choices.find((one) => one === value) };
}

const HASHES = [
  /^\$[56]\$(?:rounds=\d{4,9}\$)?[^$]{0,16}\$[./0-9A-Za-z]{43,86}$/,
  /^\$1\$[^$]{1,8}\$[./0-9A-Za-z]{22}$/,
  /^[./0-9A-Za-z]{13}$/,
];

/** What crypt(3) makes of a password. */
export const hash: Kind<string> = {
  form: 'a hash as crypt(3) writes it, with SHA-512 ($6$...), SHA-256 ($5$...), MD5 ($1$...) or DES; "openssl passwd -6" makes one',
  isSecret: true,
  parse: (value) => (HASHES.some((one) => one.test(value)) ? value : undefined),
};

/** What is wrong with a hash that is still taken, since clients have the password. */
export function weaknessOf(passwd: string): string | undefined {
  if (/^\$[56]\$/.test(passwd)) return undefined;
  const what = passwd.startsWith('$1$')
    ? 'MD5, which is quickly tried out by whoever gets to see it'
    : 'DES, which looks at no more than the first eight characters of a password';
  return `it is made with ${what}: "openssl passwd -6" makes a better one`;
}
