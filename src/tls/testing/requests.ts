import { webcrypto } from 'node:crypto';
import { BasicConstraintsExtension, Name, Pkcs10CertificateRequestGenerator } from '../x509.ts';

interface Traits {
  readonly bits?: number;
  /** Whether it asks to be a CA. */
  readonly isCa?: boolean;
  /** Whether it was changed after it was signed. */
  readonly isForged?: boolean;
}

/** A certificate request in PEM. */
export async function request(name: string | readonly string[], traits: Traits = {}): Promise<Buffer> {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: traits.bits ?? 2048,
    publicExponent: Uint8Array.of(1, 0, 1),
  };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const made = await Pkcs10CertificateRequestGenerator.create(
    {
      name: new Name([name].flat().map((one) => ({ CN: [one] }))),
      keys,
      signingAlgorithm: algorithm,
      extensions: traits.isCa ? [new BasicConstraintsExtension(true)] : [],
    },
    webcrypto,
  );
  const der = Buffer.from(made.rawData);
  if (traits.isForged) der[der.length - 1]! ^= 1;
  const body = der.toString('base64').replaceAll(/.{64}/g, '$&\n').trimEnd();
  return Buffer.from(`-----BEGIN CERTIFICATE REQUEST-----\n${body}\n-----END CERTIFICATE REQUEST-----\n`);
}
