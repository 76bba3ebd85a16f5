import { readFile, unlink } from 'node:fs/promises';
import type { AuthorityConfig } from '../config/server-config.ts';
import type { Clock } from '../ports/clock.ts';
import { StoreError, ifThere } from '../storage/errors.ts';
import type { CaDirectory } from './ca-directory.ts';
import { asn1Time, readIndex, takeSerial, writeIndex } from './ca-index.ts';
import { EVERYBODY_READS, createDurably, writeDurably } from './durable-file.ts';
import type { Role } from './issue.ts';
import { type IssuerFiles, readIssuerFiles } from './issuer.ts';
import type { Key } from './keys.ts';
import { seldom } from '../ports/seldom.ts';

const requests = seldom(() => import('./request.ts'));
const issuing = seldom(() => import('./issue.ts'));

/** A CA in a directory as `burp_ca` makes it, which signs what its clients ask for. */
export class OwnAuthority {
  readonly serverName: string;
  readonly certificate: Uint8Array;
  private readonly ca: CaDirectory;
  private readonly name: string;
  private readonly files: IssuerFiles;
  private readonly clock: Clock;
  /** One certificate after another: they share the serial number and the index. */
  private last: Promise<unknown> = Promise.resolve();

  private constructor(ca: CaDirectory, config: AuthorityConfig, files: IssuerFiles, clock: Clock) {
    this.ca = ca;
    this.name = config.name;
    this.serverName = config.serverName;
    this.files = files;
    this.certificate = Buffer.from(`${files.certificate.trimEnd()}\n`);
    this.clock = clock;
  }

  /** Throws StoreError or what the system says if the CA's key or certificate can't be used. */
  static async open(ca: CaDirectory, config: AuthorityConfig, clock: Clock): Promise<OwnAuthority> {
    return new OwnAuthority(ca, config, await readIssuerFiles(ca), clock);
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
      const { keyOfRequest } = await requests();
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
    const { ca } = this;
    const { issue } = await issuing();
    const issuer = await this.files.issuer();
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
