import { webcrypto } from 'node:crypto';
import { Pkcs10CertificateRequest } from './x509.ts';
import { StoreError } from '../storage/errors.ts';
import { KEY_BITS, type Key } from './keys.ts';

/**
 * The key in a certificate request. Throws StoreError, with a line to log, if it is no request, was not made with that
 * key, asks for another name, or has a weak key.
 */
export async function keyOfRequest(pem: Uint8Array, client: string): Promise<Key> {
  const request = parseRequest(pem);
  if (!(await isSignedByItself(request))) throw refused(client, 'its signature is not that of its key');
  const names = request.subjectName.getField('CN');
  if (names.length !== 1 || names[0] !== client)
    throw refused(client, `it is for ${JSON.stringify(names.join(', '))}`);
  const key = await request.publicKey.export();
  const bits = (key.algorithm as Partial<webcrypto.RsaHashedKeyAlgorithm>).modulusLength;
  if (bits !== undefined && bits < KEY_BITS)
    throw refused(client, `its key has ${bits} bits, fewer than ${KEY_BITS}`);
  return key;
}

function parseRequest(pem: Uint8Array): Pkcs10CertificateRequest {
  try {
    return new Pkcs10CertificateRequest(Buffer.from(pem).toString('latin1'));
  } catch {
    throw new StoreError('EINVAL', 'it is not a certificate request in PEM');
  }
}

async function isSignedByItself(request: Pkcs10CertificateRequest): Promise<boolean> {
  try {
    return await request.verify();
  } catch {
    return false;
  }
}

function refused(client: string, why: string): StoreError {
  return new StoreError('EINVAL', `the certificate request of ${client} is not signed: ${why}`);
}
