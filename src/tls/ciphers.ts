import { createSecureContext } from 'node:tls';
import { ConfigError } from '../config/config-error.ts';

/** Suites that don't encrypt, don't know who is there, or were broken. */
const WEAK =
  /^(?:e?NULL|aNULL|ADH|AECDH|aDH|RC4|RC2|DES|3DES|IDEA|SEED|MD5|EXP(?:ORT)?(?:40|56)?|LOW|kPSK|aPSK|PSK|SSLv[23]|COMPLEMENTOF.*)$|(?:NULL|ADH-|AECDH-|RC4|RC2|DES-|3DES|MD5|EXP-)/i;

const NEVER = '!aNULL:!eNULL:!RC4:!3DES:!MD5:!EXPORT:!LOW:!PSK:!SEED:!IDEA';

/**
 * A cipher list that lets nothing weak in. Throws ConfigError if the user's list asks for what is weak, or leaves
 * nothing. Without a list it is Node's own.
 */
export function safeCiphers(list: string | undefined): string | undefined {
  if (list === undefined) return undefined;
  const tokens = list.split(/[:, ]+/).filter((token) => token !== '' && !/^[!-]/.test(token));
  const weak = tokens.find((token) => token.startsWith('@SECLEVEL=0') || isWeak(token.replace(/^\+/, '')));
  if (weak !== undefined) throw new ConfigError([`ssl_ciphers: ${weak} lets weak ciphers in`]);
  const safe = `${list}:${NEVER}`;
  try {
    createSecureContext({ ciphers: safe });
  } catch {
    throw new ConfigError([`ssl_ciphers: OpenSSL knows no safe cipher in ${JSON.stringify(list)}`]);
  }
  return safe;
}

function isWeak(token: string): boolean {
  return token.split('+').some((part) => WEAK.test(part));
}
