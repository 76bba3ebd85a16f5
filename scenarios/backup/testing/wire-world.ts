import { gunzipSync } from 'node:zlib';
import { Core } from '../../../harness/disk/core/core.ts';
import { createFacade } from '../../../harness/disk/facade/facade.ts';
import { Image } from '../../../harness/disk/image/image.ts';
import { backUpAsBurp } from '../../../src/client/burp-client.ts';
import { localClient } from '../../../src/client/local-client.ts';
import type { RestoredNode } from '../../../src/client/memory-sink.ts';
import type { BackupSource } from '../../../src/ports/backup-source.ts';
import type { FileSystem } from '../../../src/ports/file-system.ts';
import { ownLocks } from '../../../src/ports/host.ts';
import type { Connection } from '../../../src/protocol/connection.ts';
import { type Frame, FrameParser } from '../../../src/protocol/frame.ts';
import { type ClientEnd, connectionPair } from '../../../src/protocol/memory-connection.ts';
import { type Outcome, serveConversation } from '../../../src/protocol/serve.ts';
import { attributesOf } from '../../../src/protocol/stat-line.ts';
import { hello, said } from '../../../src/protocol/testing/sayings.ts';
import { openStore } from '../../../src/server/store.ts';
import type { Settings } from '../../../src/storage/settings.ts';
import { withGroupSync } from '../group-sync.ts';
import { serverOf } from '../wire.ts';
import { CLIENT, STORE } from '../world.ts';

/** What came of one conversation. */
export interface Heard {
  /** All that the server sent. */
  readonly frames: readonly Frame[];
  /** The texts of its `e` frames. */
  readonly errors: readonly string[];
  /** What the server's log gets of it. */
  readonly outcome: Outcome;
  /** And on the way. */
  readonly lines: readonly string[];
}

export interface BackedUp extends Heard {
  /** The client has heard "backupphase2end": it reports success. */
  readonly isStored: boolean;
  /** What made the client give up. */
  readonly gaveUp: string | undefined;
}

/** A server on a disk in memory, and a client that talks to it over a connection in memory. */
export class WireWorld {
  readonly fs: FileSystem;
  private readonly core: Core;
  private readonly settings: Partial<Settings>;
  private now: number;

  private constructor(image: Image, settings: Partial<Settings>, now: number) {
    this.core = new Core(image);
    this.fs = withGroupSync(createFacade(this.core));
    this.settings = settings;
    this.now = now;
  }

  static async make(settings: Partial<Settings>): Promise<WireWorld> {
    const world = new WireWorld(Image.empty(), settings, Date.UTC(2026, 0, 1));
    await world.fs.mkdir(STORE);
    return world;
  }

  /** Another one, in which all is as it is here now. */
  fork(): WireWorld {
    return new WireWorld(this.core.image.fork(), this.settings, this.now);
  }

  /** A backup, as Burp's client leads it. */
  async backUp(source: BackupSource, fs: FileSystem = this.fs): Promise<BackedUp> {
    let isStored = false;
    let gaveUp: string | undefined;
    const heard = await this.talk(fs, async (client) => {
      try {
        const onEnd = () => (isStored = true);
        await backUpAsBurp(client, localClient(source), { name: CLIENT, password: 'any', onEnd });
      } catch (error) {
        gaveUp = (error as Error).message;
        await client.end();
      }
    });
    return { ...heard, isStored, gaveUp };
  }

  /** A conversation whose client says all that it has to say at once. */
  ask(sayings: readonly string[], fs: FileSystem = this.fs): Promise<Heard> {
    return this.talk(fs, async (client) => {
      client.write(said(...hello(CLIENT), ...sayings));
      client.close();
      for await (const _ of client.incoming);
    });
  }

  /** What a restore over the wire brings, by path. */
  async restored(number: number, fs?: FileSystem): Promise<Map<string, RestoredNode>> {
    const { frames, outcome } = await this.ask([`c:restore ${number}:`, 'c:restoreend ok'], fs);
    if (outcome.result !== 'done') throw new Error(outcome.reason);
    return nodesIn(frames);
  }

  /** The numbers of the backups that the client is shown. */
  async list(fs?: FileSystem): Promise<number[]> {
    const { frames, outcome } = await this.ask(['c:list :'], fs);
    if (outcome.result !== 'done') throw new Error(outcome.reason);
    const texts = frames.filter(({ letter }) => letter === 'b').map(({ payload }) => payload.toString());
    return texts.filter((text) => !text.includes('ing)')).map((text) => Number(text.slice(0, 7)));
  }

  private async talk(fs: FileSystem, lead: (client: ClientEnd) => Promise<void>): Promise<Heard> {
    const lines: string[] = [];
    const log = { info: (text: string) => lines.push(text), warn: (text: string) => lines.push(text) };
    const store = await openStore({
      fs,
      clock: { now: () => (this.now += 60_000) },
      host: ownLocks(),
      log,
      directory: STORE,
      client: CLIENT,
      settings: this.settings,
    });
    const certificate = { state: 'trusted', commonName: CLIENT } as const;
    const { server, client } = connectionPair({ address: 'memory', certificate });
    const frames: Frame[] = [];
    const serving = serveConversation(tapped(server, frames), serverOf(store, 9), log);
    await lead(client);
    const outcome = await serving;
    const errors = frames.filter(({ letter }) => letter === 'e').map(({ payload }) => payload.toString());
    return { frames, errors, outcome, lines };
  }
}

/** The connection, with a note of all frames that are sent. */
function tapped(connection: Connection, frames: Frame[]): Connection {
  const parser = new FrameParser();
  return {
    peer: connection.peer,
    incoming: connection.incoming,
    write(bytes) {
      parser.push(bytes, frames);
      return connection.write(bytes);
    },
    drained: () => connection.drained(),
    end: () => connection.end(),
    destroy: () => connection.destroy(),
  };
}

/** What the frames of a restore make of a disk; a file whose data did not come has none. */
export function nodesIn(frames: readonly Frame[]): Map<string, RestoredNode> {
  const nodes = new Map<string, RestoredNode>();
  for (let at = 0; at < frames.length;) {
    const head = frames[at++]!;
    const named = frames[at];
    if (head.letter !== 'r' || named === undefined || named.letter === 'w') continue;
    at++;
    const { mode, mtime } = attributesOf(head);
    const { letter } = named;
    const path = named.payload.toString();
    const node = { letter, mode, mtime: Number(mtime) };
    if (letter === 'l' || letter === 'L')
      nodes.set(path, { ...node, link: frames[at++]!.payload.toString() });
    else if (letter !== 'f') nodes.set(path, node);
    else {
      const packed: Buffer[] = [];
      for (; frames[at]?.letter === 'a'; at++) packed.push(frames[at]!.payload);
      if (frames[at]?.letter === 'x') nodes.set(path, { ...node, data: gunzipSync(Buffer.concat(packed)) });
    }
  }
  return nodes;
}
