import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { loadServerConfig } from '../../src/config/server-config.ts';
import type { ListenerTls } from '../../src/daemon/listener.ts';
import { readServerTls } from '../../src/tls/server-tls.ts';
import { freePort, text } from '../e2e/lab.ts';
import { run } from './program.ts';
import { describeEnd } from './way.ts';

const AUTHORITY = 'burpCA';
export const SERVER_NAME = 'burpserver';

/** What servers and a client have in common, whatever disk they work on: a CA, certificates, configurations. */
export class ServerPlace {
  readonly client: string;
  /** The client's certificate and key, and its configuration. */
  readonly clientPlace: string;
  /** Where servers put what they have on the side. */
  readonly temporary: string;
  private readonly place: string;
  private readonly more: readonly string[];
  private readonly ports = new Set<number>();

  private constructor(place: string, client: string, more: readonly string[]) {
    this.place = place;
    this.more = more;
    this.client = client;
    this.clientPlace = join(place, 'of-client');
    this.temporary = join(place, 'temporary');
  }

  /** `main` is the compiled command, `place` an empty directory, and `more` are lines for the servers' configuration. */
  static async make(
    main: string,
    place: string,
    client: string,
    more: readonly string[],
  ): Promise<ServerPlace> {
    const made = new ServerPlace(place, client, more);
    await mkdir(made.clientPlace);
    await mkdir(made.temporary);
    await mkdir(join(place, 'clients'));
    await writeFile(join(place, 'clients', client), text([`password = of-${client}`]));
    await writeFile(join(place, 'CA.cnf'), text([`CA_DIR = ${place}/CA`]));
    const { file } = await made.configure('nowhere');
    for (const args of [['init'], ['client', client, '--to', made.clientPlace]]) {
      const ran = await run(main, ['ca', ...args, '-c', file]);
      if (ran.exitCode !== 0) throw new Error(`jiggle ca ${args.join(' ')}: ${describeEnd(ran)}`);
    }
    return made;
  }

  /** The configuration of a server for the store on a disk, at a port of its own. */
  async configure(disk: string): Promise<{ readonly file: string; readonly port: number }> {
    const { place } = this;
    const port = await this.anotherPort();
    const file = join(place, `${basename(disk)}.conf`);
    const lines = [
      'mode = server',
      `listen = 127.0.0.1:${port}`,
      `directory = ${disk}/store`,
      `clientconfdir = ${place}/clients`,
      `ca_conf = ${place}/CA.cnf`,
      `ca_name = ${AUTHORITY}`,
      `ca_server_name = ${SERVER_NAME}`,
      `ssl_cert_ca = ${place}/ssl_cert_ca.pem`,
      `ssl_cert = ${place}/ssl_cert-server.pem`,
      `ssl_key = ${place}/ssl_cert-server.key`,
      ...this.more,
    ];
    await writeFile(file, text(lines));
    return { file, port };
  }

  async forget(file: string): Promise<void> {
    await rm(file);
  }

  /** What a listener needs, for clients of any kind. */
  async serverTls(): Promise<ListenerTls> {
    const { file } = await this.configure('nowhere');
    const { config } = await loadServerConfig(file);
    await this.forget(file);
    return { ...(await readServerTls(config.tls, Date.now())), needsCertificate: false };
  }

  /** What a client needs for TLS. */
  async credentials(): Promise<{ readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer }> {
    const read = (name: string): Promise<Buffer> => readFile(join(this.clientPlace, name));
    const [ca, cert, key] = ['ssl_cert_ca.pem', 'ssl_cert-client.pem', 'ssl_cert-client.key'].map(read);
    return { ca: await ca!, cert: await cert!, key: await key! };
  }

  /** Two servers that are about to start must not be given the same one. */
  private async anotherPort(): Promise<number> {
    const port = await freePort();
    if (this.ports.has(port)) return await this.anotherPort();
    this.ports.add(port);
    return port;
  }
}
