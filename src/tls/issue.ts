import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from './x509.ts';
import { type Key, type KeyPair, RSA, signatureOf } from './keys.ts';

const DAY = 86_400_000;
/** Certificates are valid from so much earlier, because clients' clocks differ. */
const EARLIER = 3_600_000;

/** Who signs. */
export interface Issuer {
  readonly certificate: X509Certificate;
  readonly key: Key;
}

/** What a certificate is good for. */
export type Role = 'client' | 'server';

export interface Term {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly days: number;
  /** Hexadecimal. */
  readonly serial: string;
}

/** A CA's own certificate. */
export async function issueAuthority(name: string, { keys }: KeyPair, term: Term): Promise<X509Certificate> {
  return X509CertificateGenerator.createSelfSigned({
    name: distinguishedName(name),
    keys,
    ...validity(term),
    signingAlgorithm: RSA,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
}

/**
 * A certificate whose subject is just the name. Nothing else is taken over from a request: a client may not write
 * itself other names or rights. A client's certificate is no server's, so that no client can pose as the server.
 */
export async function issue(
  name: string,
  publicKey: Key,
  role: Role,
  issuer: Issuer,
  term: Term,
): Promise<X509Certificate> {
  const usage = role === 'client' ? ExtendedKeyUsage.clientAuth : ExtendedKeyUsage.serverAuth;
  return X509CertificateGenerator.create({
    subject: distinguishedName(name),
    issuer: issuer.certificate.subjectName,
    publicKey,
    signingKey: issuer.key,
    ...validity(term),
    signingAlgorithm: signatureOf(issuer.key),
    extensions: [
      new BasicConstraintsExtension(false),
      new ExtendedKeyUsageExtension([usage]),
      await SubjectKeyIdentifierExtension.create(publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer.certificate.publicKey),
    ],
  });
}

/** As structure, not as text: a name may hold what means something in the text form. */
function distinguishedName(name: string): Name {
  return new Name([{ CN: [name] }]);
}

function validity({ now, days, serial }: Term): { notBefore: Date; notAfter: Date; serialNumber: string } {
  return { notBefore: new Date(now - EARLIER), notAfter: new Date(now + days * DAY), serialNumber: serial };
}
