import { type KeyObject, createPrivateKey, webcrypto } from 'node:crypto';
import { StoreError } from '../storage/errors.ts';

export type Key = webcrypto.CryptoKey;

/** Bits of RSA keys: what burp_ca makes, and the least that is signed. */
export const KEY_BITS = 2048;
export const RSA = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };

export interface KeyPair {
  readonly keys: webcrypto.CryptoKeyPair;
  /** PKCS#8, PEM. */
  readonly pem: string;
}

export async function makeKeyPair(): Promise<KeyPair> {
  const algorithm = { ...RSA, modulusLength: KEY_BITS, publicExponent: Uint8Array.of(1, 0, 1) };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  return { keys, pem: key.export({ format: 'pem', type: 'pkcs8' }).toString() };
}

/** The key of a CA, RSA or elliptic curve, as a signing key. Throws StoreError for anything else. */
export async function signingKey(pem: string, file: string): Promise<Key> {
  const key = parseKey(pem, file);
  const der = key.export({ format: 'der', type: 'pkcs8' });
  const algorithm = algorithmOf(key);
  if (!algorithm)
    throw new StoreError('EINVAL', `${file} is a key of a kind that can't sign certificates here`);
  return webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
}

/** What a key signs with. */
export function signatureOf(key: Key): { name: string; hash: string } {
  return { name: key.algorithm.name, hash: 'SHA-256' };
}

function parseKey(pem: string, file: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new StoreError('EINVAL', `${file} is not a private key in PEM, or needs a password`);
  }
}

const CURVES: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

function algorithmOf(key: KeyObject): { name: string; hash: string; namedCurve?: string } | undefined {
  if (key.asymmetricKeyType === 'rsa') return RSA;
  const namedCurve = CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''];
  return namedCurve === undefined ? undefined : { name: 'ECDSA', hash: 'SHA-256', namedCurve };
}
