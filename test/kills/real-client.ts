import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { Listener } from '../../src/daemon/listener.ts';
import { TlsConnection } from '../../src/daemon/tls-connection.ts';
import type { Store } from '../../src/server/store.ts';
import { serveStore } from '../../scenarios/backup/wire.ts';
import { type Ran, RUNNING, clientLines, freePort, text } from '../e2e/lab.ts';
import type { ServerPlace } from './server-place.ts';
import type { WireClient } from './wire-client.ts';

/** In milliseconds. */
const IDLE = 60_000;

/** The unmodified client of Debian's package. */
export class RealClient implements WireClient {
  private readonly place: ServerPlace;
  private readonly source: string;

  constructor(place: ServerPlace, source: string) {
    this.place = place;
    this.source = source;
  }

  /** It was told if it ends well: then whoever started it believes that there is a backup. */
  async backUp(port: number): Promise<boolean> {
    return (await this.run(port, 'b')).exitCode === 0;
  }

  /** It can't tell where the store lies: it talks TLS to this process. */
  async simulate(store: Store, onTold: (name: string) => void): Promise<void> {
    const listen = {
      address: '127.0.0.1',
      port: await freePort(),
      maxClients: 1,
      purpose: 'backups',
    } as const;
    const peer = {
      address: '127.0.0.1',
      certificate: { state: 'trusted', commonName: this.place.client },
    } as const;
    let serving: Promise<void> | undefined;
    const refused: string[] = [];
    const listener = await Listener.open(listen, await this.place.serverTls(), {
      onPeer(socket) {
        serving = serveStore(new TlsConnection(socket, peer, { idle: IDLE, rate: undefined }), store, onTold);
      },
      onRefused: (_, reason) => void refused.push(reason),
    });
    try {
      const { exitCode, output } = await this.run(listen.port, 'b');
      await serving;
      if (exitCode !== 0) throw new Error(`burp ends with ${exitCode}: ${[...refused, output].join('\n')}`);
    } finally {
      listener.close();
    }
  }

  async list(port: number): Promise<string[]> {
    const { exitCode, output } = await this.run(port, 'l');
    if (exitCode !== 0) throw new Error(`burp -a l ends with ${exitCode}: ${output}`);
    return [...output.matchAll(/^Backup: (.*?)\s*$/gm)].map((match) => match[1]!);
  }

  async restore(port: number, number: number, into: string): Promise<readonly string[]> {
    const { exitCode, output } = await this.run(port, 'r', '-b', `${number}`, '-d', into);
    return exitCode === 0 ? [] : [`burp -a r ends with ${exitCode}: ${output}`];
  }

  private async run(port: number, action: string, ...args: readonly string[]): Promise<Ran> {
    const { client: name, clientPlace } = this.place;
    const file = join(clientPlace, `burp-${port}.conf`);
    const lines = clientLines({ place: clientPlace, name, files: this.source, port });
    await writeFile(file, text(lines));
    // Several of them run at once.
    const own = ['-o', `pidfile=${clientPlace}/${port}.pid`];
    const { exitCode, all } = await execa('burp', ['-c', file, '-a', action, ...own, ...args], RUNNING);
    return { exitCode, output: all };
  }
}
