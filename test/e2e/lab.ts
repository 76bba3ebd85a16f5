import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Options, type ResultPromise, execa } from 'execa';

/** No run takes a tenth of it, and one that hangs must not hang the tests. In milliseconds. */
const TIMEOUT = 300_000;

export const RUNNING = { all: true, reject: false, timeout: TIMEOUT } as const satisfies Options;

export type Running = ResultPromise<typeof RUNNING>;

/** A title that says why its tests are skipped, if they are. */
export function title(text: string, reason: string | undefined): string {
  return reason === undefined ? text : `${text} (skipped: ${reason})`;
}

/** Why the real client can't be run here, or undefined if it can. */
export function whyNoClient(): string | undefined {
  const { error, stdout } = spawnSync('burp', ['-V'], { encoding: 'utf8' });
  if (error) return 'Debian\'s package "burp" is not installed';
  return stdout.trim().endsWith('3.1.4')
    ? undefined
    : `it is ${stdout.trim()}, and what is known is burp-3.1.4`;
}

/** How a program ended. */
export interface Ran {
  readonly exitCode: number | undefined;
  readonly output: string;
}

export type Lines = readonly string[];

/** A server, its CA and store, and clients, in one temporary directory, talking over loopback. */
export class Lab {
  readonly place: string;
  readonly store: string;
  readonly port: number;
  readonly config: string;
  private readonly main: string;
  private server: Running | undefined;

  private constructor(place: string, port: number, main: string) {
    this.place = place;
    this.port = port;
    this.main = main;
    this.store = join(place, 'store');
    this.config = join(place, 'server.conf');
  }

  /** `main` is the compiled command; `more` are lines for the server's configuration. */
  static async open(main: string, more: Lines = []): Promise<Lab> {
    const place = await realpath(await mkdtemp(join(tmpdir(), 'jiggle-e2e-')));
    const lab = new Lab(place, await freePort(), main);
    await mkdir(join(place, 'clients'));
    await writeFile(join(place, 'CA.cnf'), `CA_DIR = ${place}/CA\n`);
    await lab.configure(more);
    const made = await lab.jiggle('ca', 'init', '-c', lab.config);
    assert.equal(made.exitCode, 0, made.output);
    return lab;
  }

  async close(): Promise<void> {
    await this.stop('SIGKILL');
    await rm(this.place, { recursive: true, force: true });
  }

  /** Writes the server's configuration. */
  configure(more: Lines): Promise<void> {
    const { place } = this;
    return writeFile(
      this.config,
      text([
        'mode = server',
        `listen = 127.0.0.1:${this.port}`,
        'max_children = 20',
        `directory = ${this.store}`,
        `clientconfdir = ${place}/clients`,
        `pidfile = ${place}/server.pid`,
        'keep = 10',
        `ca_conf = ${place}/CA.cnf`,
        'ca_name = burpCA',
        'ca_server_name = burpserver',
        'ca_burp_ca = /usr/sbin/burp_ca',
        'ca_crl_check = 1',
        `ssl_cert_ca = ${place}/ssl_cert_ca.pem`,
        `ssl_cert = ${place}/ssl_cert-server.pem`,
        `ssl_key = ${place}/ssl_cert-server.key`,
        `ssl_dhfile = ${place}/dhfile.pem`,
        'working_dir_recovery_method = resume',
        ...more,
      ]),
    );
  }

  /** Runs the command to its end. */
  async jiggle(...args: readonly string[]): Promise<Ran> {
    const { exitCode, all } = await execa(process.execPath, [this.main, ...args], RUNNING);
    return { exitCode, output: all };
  }

  /** Starts the server, and waits until it listens. */
  async start(): Promise<void> {
    const args = [this.main, 'server', '-c', this.config, '--log', join(this.place, 'log.jsonl')];
    const server = execa(process.execPath, args, RUNNING);
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.all.on('data', (bytes: Buffer) => bytes.includes('listening on') && resolve());
      void server.then(({ all }) => reject(new Error(`the server did not start: ${all}`)));
    });
  }

  /** Ends the server with a signal, and says how it ended. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<Ran> {
    const { server } = this;
    if (!server) return { exitCode: undefined, output: '' };
    this.server = undefined;
    server.kill(signal);
    const { exitCode, all } = await server;
    return { exitCode, output: all };
  }

  signal(signal: 'SIGHUP'): void {
    this.server?.kill(signal);
  }

  /** The server's log. */
  async log(): Promise<{ readonly [fact: string]: unknown }[]> {
    const lines = (await readFile(join(this.place, 'log.jsonl'), 'utf8')).split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as { readonly [fact: string]: unknown });
  }

  /** The names in a client's part of the store, in order. */
  async namesIn(client: string): Promise<string[]> {
    return (await readdir(join(this.store, client))).sort();
  }

  /** Waits for what happens soon. */
  async until(isSo: () => Promise<boolean>): Promise<void> {
    for (let left = 300; !(await isSo()); left--) {
      assert(left > 0, 'it did not happen');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** A client with a certificate of its own; `files` is what it backs up. */
  async client(
    name: string,
    { server = [], own = [] }: { server?: Lines; own?: Lines } = {},
  ): Promise<Client> {
    const client = new Client(this, name);
    await mkdir(client.place);
    await mkdir(client.files);
    await writeFile(join(this.place, 'clients', name), text([`password = of-${name}`, ...server]));
    await client.configure(own);
    const made = await this.jiggle('ca', 'client', name, '-c', this.config, '--to', client.place);
    assert.equal(made.exitCode, 0, made.output);
    return client;
  }
}

/** The unmodified client of Debian's package. */
export class Client {
  readonly lab: Lab;
  readonly name: string;
  readonly place: string;
  readonly files: string;

  constructor(lab: Lab, name: string) {
    this.lab = lab;
    this.name = name;
    this.place = join(lab.place, `client-${name}`);
    this.files = join(this.place, 'files');
  }

  configure(more: Lines): Promise<void> {
    const { place, name, files } = this;
    const lines = clientLines({ place, name, files, port: this.lab.port });
    return writeFile(join(place, 'burp.conf'), text([...lines, ...more]));
  }

  /** Runs the client with an action: `b`, `l`, `r` and so on. */
  async run(action: string, ...args: readonly string[]): Promise<Ran> {
    const { exitCode, all } = await this.begin(action, ...args);
    return { exitCode, output: all };
  }

  /** As `run`, for those who end it before it ends. */
  begin(action: string, ...args: readonly string[]): Running {
    return execa('burp', ['-c', join(this.place, 'burp.conf'), '-a', action, ...args], RUNNING);
  }

  /** A backup that must end well. What is changed after it is seen as changed by the next one. */
  async backup(): Promise<string> {
    const soon = nextSecond();
    const { exitCode, output } = await this.run('b');
    assert.equal(exitCode, 0, output);
    await soon;
    return output;
  }

  /** The directory of the client's files as restored from a backup. */
  async restore(backup: number | string, ...args: readonly string[]): Promise<string> {
    const to = join(this.place, `restored-${backup}`);
    await rm(to, { recursive: true, force: true });
    await mkdir(to);
    const { exitCode, output } = await this.run('r', '-b', String(backup), '-d', to, ...args);
    assert.equal(exitCode, 0, output);
    return join(to, this.files);
  }

  /** The numbers of the backups that the client is shown. */
  async list(): Promise<number[]> {
    const { exitCode, output } = await this.run('l');
    assert.equal(exitCode, 0, output);
    return [...output.matchAll(/^Backup: (\d{7}) /gm)].map((match) => Number(match[1]));
  }
}

/** The configuration of a client of the server at a port, with its certificate and what else is its own in `place`. */
export function clientLines(client: {
  readonly name: string;
  readonly place: string;
  readonly files: string;
  readonly port: number;
}): Lines {
  const { name, place, files, port } = client;
  return [
    'mode = client',
    `server = 127.0.0.1:${port}`,
    `cname = ${name}`,
    `password = of-${name}`,
    `pidfile = ${place}/burp.pid`,
    'syslog = 0',
    'stdout = 1',
    'progress_counter = 0',
    'network_timeout = 60',
    'ca_burp_ca = /usr/sbin/burp_ca',
    `ca_csr_dir = ${place}/csr`,
    `ssl_cert_ca = ${place}/ssl_cert_ca.pem`,
    `ssl_cert = ${place}/ssl_cert-client.pem`,
    `ssl_key = ${place}/ssl_cert-client.key`,
    'ssl_peer_cn = burpserver',
    `include = ${files}`,
  ];
}

export function text(lines: Lines): string {
  return lines.map((line) => `${line}\n`).join('');
}

/**
 * Waits for the next second. Burp compares times of change in whole seconds, so that a second change in one second is
 * none to it. Files get the time of the kernel's last tick, up to 10 ms ago: hence a bit more.
 */
export function nextSecond(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1020 - (Date.now() % 1000)));
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert(address !== null && typeof address === 'object');
  await new Promise((resolve) => server.close(resolve));
  return address.port;
}
