import { readFile, stat, unlink } from 'node:fs/promises';
import { codeOf, ifThere, reasonOf } from '../storage/errors.ts';
import type { CaDirectory } from './ca-directory.ts';
import { asn1Time, fromAsn1Time, readIndex, takeCrlNumber, writeIndex } from './ca-index.ts';
import { EVERYBODY_READS, writeDurably } from './durable-file.ts';
import type { Issuer } from './issue.ts';
import { signatureOf } from './keys.ts';
import { seldom } from '../ports/seldom.ts';

const certificates = seldom(() => import('./x509.ts'));

const DAY = 86_400_000;

/** Writes the list of revoked certificates anew, from the CA's index. */
export async function writeCrl(ca: CaDirectory, issuer: Issuer, now: number): Promise<void> {
  const entries = (await readIndex(ca))
    .filter(({ state }) => state === 'revoked')
    .map(({ serial, revoked }) => ({
      serialNumber: serial,
      revocationDate: new Date(fromAsn1Time(revoked.split(',')[0]!) ?? now),
    }));
  await takeCrlNumber(ca);
  const { X509CrlGenerator } = await certificates();
  const crl = await X509CrlGenerator.create({
    issuer: issuer.certificate.subjectName,
    thisUpdate: new Date(now),
    nextUpdate: new Date(now + ca.days * DAY),
    entries,
    signingAlgorithm: signatureOf(issuer.key),
    signingKey: issuer.key,
  });
  await writeDurably(ca.crl, `${crl.toString('pem')}\n`, EVERYBODY_READS);
}

/**
 * Revokes all valid certificates of a name, and gives their serial numbers; none if there are none. Its client may then
 * ask for a new one: copies of the old ones stay in `certs`.
 */
export async function revoke(ca: CaDirectory, issuer: Issuer, name: string, now: number): Promise<string[]> {
  const before = await readIndex(ca);
  const isMeant = (subject: string) => subject === `/CN=${name}`;
  const serials = before
    .filter(({ state, subject }) => state === 'valid' && isMeant(subject))
    .map(({ serial }) => serial);
  if (serials.length === 0) return [];
  await writeIndex(
    ca,
    before.map((entry) =>
      serials.includes(entry.serial)
        ? { ...entry, state: 'revoked' as const, revoked: asn1Time(now) }
        : entry,
    ),
  );
  await writeCrl(ca, issuer, now);
  for (const path of [ca.certificateOf(name), ca.requestOf(name)]) await ifThere(unlink(path));
  return serials;
}

/** Says whether certificates are revoked, from a file that may be replaced at any time. */
export class RevocationList {
  private readonly file: string;
  private readonly authority: string;
  private known: { readonly version: string; readonly serials: ReadonlySet<string> } | undefined;

  /** `authority` is the certificate of the CA, PEM, that must have signed the list. */
  constructor(file: string, authority: string) {
    this.file = file;
    this.authority = authority;
  }

  /** Why a certificate with this serial number (hexadecimal) is not to be trusted; undefined if it may be. */
  async whyNot(serial: string): Promise<string | undefined> {
    try {
      const serials = await this.serials();
      return serials.has(plain(serial))
        ? `the certificate with serial number ${serial} is revoked`
        : undefined;
    } catch (error) {
      // As Burp has it: without a list that can be trusted, nobody is.
      return `the revocation list ${this.file} can't be used (${codeOf(error) ?? reasonOf(error)})`;
    }
  }

  private async serials(): Promise<ReadonlySet<string>> {
    const { mtimeMs, size, ino } = await stat(this.file);
    const version = `${mtimeMs}:${size}:${ino}`;
    if (this.known?.version === version) return this.known.serials;
    const { X509Certificate, X509Crl } = await certificates();
    const crl = new X509Crl(await readFile(this.file, 'latin1'));
    if (!(await crl.verify({ publicKey: new X509Certificate(this.authority).publicKey })))
      throw new Error('it is not signed by the CA');
    const serials = new Set(crl.entries.map(({ serialNumber }) => plain(serialNumber)));
    this.known = { version, serials };
    return serials;
  }
}

function plain(serial: string): string {
  return serial.toUpperCase().replace(/^0+(?=.)/, '');
}
