import { X509Certificate as Checked } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { StoreError } from '../storage/errors.ts';
import type { CaDirectory } from './ca-directory.ts';
import type { Issuer } from './issue.ts';
import { signingKey } from './keys.ts';
import { seldom } from '../ports/seldom.ts';

const certificates = seldom(() => import('./x509.ts'));

/** A CA's own files, read and found to be what they should be. */
export interface IssuerFiles {
  /** PEM. */
  readonly certificate: string;
  /** The issuer itself, made when it is first asked for: certificates take memory that a server seldom needs. */
  issuer(): Promise<Issuer>;
}

/** The CA's key and certificate. Throws StoreError if one of them is not what it should be. */
export async function readIssuerFiles(ca: CaDirectory): Promise<IssuerFiles> {
  const pem = await readFile(ca.certificate, 'latin1');
  const certificate = certificateIn(pem, ca.certificate);
  const key = await signingKey(await readFile(ca.key, 'latin1'), ca.key);
  let made: Promise<Issuer> | undefined;
  const make = async (): Promise<Issuer> => {
    const { X509Certificate } = await certificates();
    return { certificate: new X509Certificate(certificate), key };
  };
  return { certificate, issuer: () => (made ??= make()) };
}

export async function readIssuer(ca: CaDirectory): Promise<Issuer> {
  return (await readIssuerFiles(ca)).issuer();
}

/** The certificate alone: there may be text before it. */
function certificateIn(pem: string, file: string): string {
  try {
    return new Checked(pem).toString();
  } catch {
    throw new StoreError('EINVAL', `${file} is not a certificate in PEM`);
  }
}
