import { once } from 'node:events';
import { connect } from 'node:tls';
import { backUpAsBurp, ClientHalf, type Login } from '../../src/client/burp-client.ts';
import { directorySource } from '../../src/client/directory-source.ts';
import { DirectorySink } from '../../src/client/directory-sink.ts';
import { localClient } from '../../src/client/local-client.ts';
import { TlsConnection } from '../../src/daemon/tls-connection.ts';
import type { Connection } from '../../src/protocol/connection.ts';
import { textOf } from '../../src/protocol/frame-stream.ts';
import { attributesOf } from '../../src/protocol/stat-line.ts';
import type { Store } from '../../src/server/store.ts';
import { gunzip } from '../../src/storage/codec/gzip.ts';
import { prepareHashes } from '../../src/storage/delta/strong-hash.ts';
import { codeOf } from '../../src/storage/errors.ts';
import { entryOf, hasLink, isLetter } from '../../src/storage/manifest/entry.ts';
import { backUpFilesOverWire } from '../../scenarios/backup/wire.ts';
import { SERVER_NAME, type ServerPlace } from './server-place.ts';

/** In milliseconds: a server that says nothing for so long has forgotten its client. */
const IDLE = 60_000;

/** A client of servers on this machine, by their port. */
export interface WireClient {
  /** Whether it was told that the backup is stored; a server that is killed meanwhile is no error. */
  backUp(port: number): Promise<boolean>;
  /** The backup in this process, of a store that may lie on a simulated disk. `onTold` gets its name. */
  simulate(store: Store, onTold: (name: string) => void): Promise<void>;
  /** The lines that name the backups, with remarks such as `(deletable)`. */
  list(port: number): Promise<string[]>;
  /** Restores the backup of a number below a directory, and gives what could not be, a line each. */
  restore(port: number, number: number, into: string): Promise<readonly string[]>;
}

/** A client in this process, which always says the same in the same order. */
export class DrivenClient implements WireClient {
  private readonly place: ServerPlace;
  private readonly source: string;
  private readonly login: Login;

  constructor(place: ServerPlace, source: string) {
    this.place = place;
    this.source = source;
    this.login = { name: place.client, password: `of-${place.client}` };
  }

  async backUp(port: number): Promise<boolean> {
    let told = false;
    await prepareHashes();
    const connection = await this.dial(port);
    try {
      const files = localClient(directorySource(this.source));
      await backUpAsBurp(connection, files, { ...this.login, onEnd: () => (told = true) });
    } catch (error) {
      if (!['ECONNRESET', 'EPIPE'].includes(codeOf(error) ?? '')) throw error;
    } finally {
      connection.destroy();
    }
    return told;
  }

  async simulate(store: Store, onTold: (name: string) => void): Promise<void> {
    await backUpFilesOverWire(store, localClient(directorySource(this.source)), onTold);
  }

  async list(port: number): Promise<string[]> {
    const connection = await this.dial(port);
    const half = new ClientHalf(connection);
    await half.greet(this.login);
    await half.exchange('list :', 'ok');
    const lines: string[] = [];
    try {
      for (;;) lines.push(textOf(await half.next()));
    } catch (error) {
      // The end of the connection is the end of the list.
      if (codeOf(error) !== 'ECONNRESET') throw error;
    }
    await connection.end();
    return lines;
  }

  async restore(port: number, number: number, into: string): Promise<readonly string[]> {
    const connection = await this.dial(port);
    const restoring = new Restoring(connection, new DirectorySink(into));
    await restoring.greet(this.login);
    await restoring.exchange(`restore ${number}:`, 'ok');
    const failures = await restoring.run();
    await connection.end();
    return failures;
  }

  private async dial(port: number): Promise<Connection> {
    const address = '127.0.0.1';
    const options = await this.place.credentials();
    const socket = connect({ ...options, host: address, port, servername: SERVER_NAME });
    const peer = { address, certificate: { state: 'none' } } as const;
    const connection = new TlsConnection(socket, peer, { idle: IDLE, rate: undefined });
    await once(socket, 'secureConnect');
    return connection;
  }
}

/** Takes what a restore brings. */
class Restoring extends ClientHalf {
  private readonly sink: DirectorySink;
  private readonly failures: string[] = [];

  constructor(connection: Connection, sink: DirectorySink) {
    super(connection);
    this.sink = sink;
  }

  async run(): Promise<readonly string[]> {
    while (await this.takeEntry());
    this.frames.send('c', 'restoreend ok');
    this.frames.flush();
    return [...this.failures, ...(await this.sink.finish())];
  }

  /** False if there are no more. */
  private async takeEntry(): Promise<boolean> {
    let frame = await this.next();
    if (frame.letter === 'c' && textOf(frame) === 'restoreend') return false;
    const hasData = frame.letter === 't';
    if (hasData) frame = await this.next();
    const attributes = attributesOf(frame);
    const { letter, payload } = await this.next();
    if (!isLetter(letter)) throw new Error(`a restore brought "${letter}"`);
    const path = payload.toString('latin1');
    const link = hasLink(letter) ? { link: textOf(await this.next()) } : {};
    const entry = entryOf(letter, path, attributes, link);
    const failure = hasData
      ? await this.sink.write(entry, path, await this.data(attributes.compression > 0))
      : await this.sink.make(entry, path);
    if (failure !== undefined) this.failures.push(`${path}: ${failure}`);
    return true;
  }

  private async data(isPacked: boolean): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for (;;) {
      const frame = await this.next();
      if (frame.letter === 'x') break;
      if (frame.letter !== 'a') throw new Error(`a restore brought "${frame.letter}" among data`);
      pieces.push(frame.payload);
    }
    return isPacked ? gunzip(Buffer.concat(pieces)) : Buffer.concat(pieces);
  }
}
