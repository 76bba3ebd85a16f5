import { join } from 'node:path';
import { Daemon } from '../../src/daemon/daemon.ts';
import { prepare } from '../../src/daemon/ready.ts';
import { ServerLog } from '../../src/daemon/server-log.ts';
import { systemScratch } from '../../src/host/scratch.ts';
import { systemClock, systemHost } from '../../src/host/system.ts';
import type { Store } from '../../src/server/store.ts';
import type { Settings } from '../../src/storage/settings.ts';
import { unsynced } from '../../src/testing/temporary-store.ts';
import { type Counted, type Ran, start } from './program.ts';
import { openReal } from './restored.ts';
import type { ServerPlace } from './server-place.ts';
import { type BackedUp, type Look, type Way, type Where, describeEnd } from './way.ts';
import type { WireClient } from './wire-client.ts';

/** A server that listens. */
interface Running {
  readonly port: number;
  /** When it has said a line that ends like this, or it has ended. */
  said(line: RegExp): Promise<void>;
  /** Stops it, if it still runs. */
  stop(): Promise<void>;
}

/** How the server ends to speak of a backup, when all is done that there is to do. */
const BACKED_UP = /backupphase1: (?:done|refused|failed)/;

/** `jiggle server`, and a client that connects to it. */
export class Server implements Way {
  /** As the configuration says. */
  readonly settings: Partial<Settings>;
  /** A server syncs two directories of each client before it listens. */
  readonly start = 2;
  private readonly main: string;
  private readonly place: ServerPlace;
  private readonly client: WireClient;

  constructor(main: string, place: ServerPlace, client: WireClient, settings: Partial<Settings>) {
    this.settings = settings;
    this.main = main;
    this.place = place;
    this.client = client;
  }

  async backUp(disk: string, counted?: Counted): Promise<BackedUp> {
    const server = await this.startProcess(disk, counted);
    const told = await this.client.backUp(server.port);
    await server.said(BACKED_UP);
    await server.stop();
    return { ...(await server.ended), told };
  }

  async simulate(store: Store, onTold: (name: string) => void): Promise<void> {
    // A server recovers all its clients when it starts.
    await store.recover();
    await this.client.simulate(store, onTold);
  }

  /** The client connects again, and asks for what there is, for a backup, and for what there is then. */
  async goOn(disk: string, look: Look, where: Where): Promise<string[]> {
    const server = where === 'here' ? await this.startHere(disk) : await this.startProcess(disk);
    try {
      await this.client.list(server.port);
      const told = await this.client.backUp(server.port);
      await server.said(BACKED_UP);
      return [
        ...(told ? [] : ['the client was not told that its backup is stored']),
        ...(await this.listProblems(disk, server.port)),
        ...(await look((number, into) => this.client.restore(server.port, number, into))),
      ];
    } finally {
      await server.stop();
    }
  }

  /** The client is shown what is there, and nothing that is not finished. */
  private async listProblems(disk: string, port: number): Promise<string[]> {
    const shown = (await this.client.list(port)).map((line) => line.replace(/ \(deletable\)$/, ''));
    const store = await openReal(join(disk, 'store'), this.place.client);
    const stored = (await store.list()).map(({ name }) => name);
    if (shown.join() === stored.join()) return [];
    return [`the client is shown [${shown.join(', ')}], stored are [${stored.join(', ')}]`];
  }

  private async startProcess(
    disk: string,
    counted?: Counted,
  ): Promise<Running & { readonly ended: Promise<Ran> }> {
    const { file, port } = await this.place.configure(disk);
    const env = { TMPDIR: this.place.temporary };
    const started = await start(this.main, ['server', '-c', file], counted, env);
    const { stdout, ended } = started;
    const lines = new Lines();
    let last = '';
    stdout.on('data', (bytes: Buffer) => {
      const parts = (last + bytes.toString()).split('\n');
      last = parts.pop()!;
      for (const line of parts) lines.add(line);
    });
    const isOver = ended.then(() => this.place.forget(file));
    const said = (line: RegExp): Promise<void> => Promise.race([lines.saw(line), isOver]);
    const failed = isOver.then(async () =>
      Promise.reject(new Error(`no server: ${describeEnd(await ended)}`)),
    );
    await Promise.race([lines.saw(/^listening on /), failed]);
    failed.catch(() => undefined);
    return {
      port,
      said,
      ended,
      async stop() {
        started.stop();
        await isOver;
      },
    };
  }

  private async startHere(disk: string): Promise<Running> {
    const { file, port } = await this.place.configure(disk);
    // Not synced: see `openReal`.
    const { fs } = unsynced(Infinity);
    const machine = { fs, clock: systemClock, host: systemHost, scratch: systemScratch };
    const lines = new Lines();
    const add = (line: string): void => lines.add(line);
    const log = new ServerLog(systemClock, { out: add, err: add });
    const daemon = await Daemon.start(await prepare(file, machine), machine, log);
    return {
      port,
      said: (line) => lines.saw(line),
      stop: async () => {
        await daemon.stop();
        await this.place.forget(file);
      },
    };
  }
}

/** Lines as they come, and those who wait for one. */
class Lines {
  private readonly lines: string[] = [];
  private readonly waiting = new Map<RegExp, () => void>();

  add(line: string): void {
    this.lines.push(line);
    for (const [expression, wake] of this.waiting) if (expression.test(line)) wake();
  }

  async saw(expression: RegExp): Promise<void> {
    if (this.lines.some((line) => expression.test(line))) return;
    await new Promise<void>((resolve) => this.waiting.set(expression, resolve));
  }
}
