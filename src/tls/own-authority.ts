import { readFile, unlink } from 'node:fs/promises';
import { X509Certificate } from './x509.ts';
import type { AuthorityConfig } from '../config/server-config.ts';
import type { Clock } from '../ports/clock.ts';
import { StoreError, ifThere } from '../storage/errors.ts';
import type { CaDirectory } from './ca-directory.ts';
import { asn1Time, readIndex, takeSerial, writeIndex } from './ca-index.ts';
import { EVERYBODY_READS, createDurably, writeDurably } from './durable-file.ts';
import { type Issuer, type Role, issue } from './issue.ts';
import { type Key, signingKey } from './keys.ts';
import { keyOfRequest } from './request.ts';

/** A CA in a directory as `burp_ca` makes it, which signs what its clients ask for. */
export class OwnAuthority {
  readonly serverName: string;
  readonly certificate: Uint8Array;
  private readonly ca: CaDirectory;
  private readonly name: string;
  private readonly issuer: Issuer;
  private readonly clock: Clock;
  /** One certificate after another: they share the serial number and the index. */
  private last: Promise<unknown> = Promise.resolve();

  private constructor(ca: CaDirectory, config: AuthorityConfig, issuer: Issuer, clock: Clock) {
    this.ca = ca;
    this.name = config.name;
    this.serverName = config.serverName;
    this.issuer = issuer;
    this.certificate = Buffer.from(`${issuer.certificate.toString('pem')}\n`);
    this.clock = clock;
  }

  /** Throws StoreError or what the system says if the CA's key or certificate can't be used. */
  static async open(ca: CaDirectory, config: AuthorityConfig, clock: Clock): Promise<OwnAuthority> {
    return new OwnAuthority(ca, config, await readIssuer(ca), clock);
  }

  /** Undefined if a request of this client would be signed, else why not, in Burp's words. */
  async whyNot(client: string): Promise<string | undefined> {
    const refusal = `Will not accept a client certificate request`;
    if (client === this.name) return `${refusal} with the same name as the CA (${this.name})!`;
    for (const path of [this.ca.certificateOf(client), this.ca.requestOf(client)])
      if (await ifThere(readFile(path))) return `${refusal} for '${client}' - ${path} already exists!`;
    return undefined;
  }

  /** Signs a request (PEM), and keeps it and the certificate. Gives the certificate, PEM. */
  sign(client: string, request: Uint8Array): Promise<Uint8Array> {
    return this.inTurn(async () => {
      const key = await keyOfRequest(request, client);
      const path = this.ca.requestOf(client);
      await createDurably(path, request, EVERYBODY_READS);
      try {
        return await this.certify(client, key, 'client');
      } catch (error) {
        // Else its name would be taken for ever.
        await ifThere(unlink(path));
        throw error;
      }
    });
  }

  /** A certificate for a key that was made here. Throws StoreError if the name has one. */
  async certifyOwn(name: string, key: Key, role: Role): Promise<Uint8Array> {
    const refusal = await this.whyNot(name);
    if (refusal !== undefined) throw new StoreError('EEXIST', refusal);
    return this.inTurn(() => this.certify(name, key, role));
  }

  private async certify(name: string, key: Key, role: Role): Promise<Uint8Array> {
    const { ca, issuer } = this;
    const serial = await takeSerial(ca);
    const now = this.clock.now();
    const certificate = await issue(name, key, role, issuer, { now, days: ca.days, serial });
    const pem = Buffer.from(`${certificate.toString('pem')}\n`);
    await writeIndex(ca, [
      ...(await readIndex(ca)),
      {
        state: 'valid',
        expires: asn1Time(certificate.notAfter.getTime()),
        revoked: '',
        serial,
        file: 'unknown',
        subject: `/CN=${name}`,
      },
    ]);
    await writeDurably(ca.copyOf(serial), pem, EVERYBODY_READS);
    await writeDurably(ca.certificateOf(name), pem, EVERYBODY_READS);
    return pem;
  }

  private inTurn<T>(action: () => Promise<T>): Promise<T> {
    const done = this.last.then(action);
    this.last = done.catch(() => undefined);
    return done;
  }
}

/** The CA's key and certificate. */
export async function readIssuer(ca: CaDirectory): Promise<Issuer> {
  const certificate = await readCertificate(ca.certificate);
  return { certificate, key: await signingKey(await readFile(ca.key, 'latin1'), ca.key) };
}

async function readCertificate(file: string): Promise<X509Certificate> {
  const pem = await readFile(file, 'latin1');
  try {
    return new X509Certificate(pem);
  } catch {
    throw new StoreError('EINVAL', `${file} is not a certificate in PEM`);
  }
}
