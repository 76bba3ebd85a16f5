import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { execa, type ResultPromise } from 'execa';
import { makeCertificates } from '../../test/interop/certificates.ts';
import { freePort } from '../../test/e2e/lab.ts';

const CLIENT = 'c1';
const QUIET = { reject: false, all: true } as const;

/** Both servers side by side, each with a store of its own, and one client that is told which one to go to. */
export class Rig {
  readonly place: string;
  /** What is backed up. */
  readonly files: string;
  readonly jiggle: Side;
  readonly burp: Side;

  private constructor(place: string, jiggle: Side, burp: Side) {
    this.place = place;
    this.files = join(place, 'files');
    this.jiggle = jiggle;
    this.burp = burp;
  }

  static async open(): Promise<Rig> {
    const place = await mkdtemp(join(tmpdir(), 'against-burp-'));
    for (const name of ['files', 'clients']) await mkdir(join(place, name));
    await makeCertificates(place, CLIENT);
    await writeFile(join(place, 'clients', CLIENT), 'password = secret\n');
    // As it is shipped: in a few files, and without what no server needs.
    const jiggle = fileURLToPath(new URL('../../../src/dist/main.js', import.meta.url));
    return new Rig(
      place,
      await Side.start(place, 'jiggle', (config) => [process.execPath, jiggle, 'server', '-c', config]),
      await Side.start(place, 'burp', (config) => ['burp', '-F', '-c', config]),
    );
  }

  async close(): Promise<void> {
    await this.jiggle.stop();
    await this.burp.stop();
  }
}

/** One server, with the client's configuration for it. */
export class Side {
  private readonly place: string;
  private readonly name: string;
  private readonly server: ResultPromise<typeof QUIET>;

  private constructor(place: string, name: string, server: ResultPromise<typeof QUIET>) {
    this.place = place;
    this.name = name;
    this.server = server;
  }

  static async start(place: string, name: string, command: (config: string) => string[]): Promise<Side> {
    const port = await freePort();
    const at = (file: string): string => join(place, file);
    await mkdir(at(name));
    await writeFile(at(`${name}.conf`), serverConfig(place, name, port));
    await writeFile(at(`${name}-client.conf`), clientConfig(place, name, port));
    const [program, ...args] = command(at(`${name}.conf`)) as [string, ...string[]];
    const side = new Side(place, name, execa(program, args, QUIET));
    await until(async () => (await side.client('l')).exitCode === 0);
    return side;
  }

  async stop(): Promise<void> {
    this.server.kill('SIGTERM');
    await this.server;
  }

  /** In seconds. */
  async backUp(): Promise<{ client: number; whole: number }> {
    await settle();
    const start = performance.now();
    await this.succeed('b');
    const client = performance.now() - start;
    await until(() => this.isIdle());
    return { client: client / 1000, whole: (performance.now() - start) / 1000 };
  }

  async restore(): Promise<{ client: number; whole: number }> {
    const to = join(this.place, 'restored');
    await settle();
    const start = performance.now();
    await this.succeed('r', '-d', to);
    const client = (performance.now() - start) / 1000;
    await rm(to, { recursive: true });
    return { client, whole: client };
  }

  /** The most memory that the server's process has had. */
  async peak(): Promise<string> {
    const status = await readFile(`/proc/${this.server.pid}/status`, 'utf8');
    const [, kibibytes] = /VmHWM:\s+(\d+)/.exec(status) ?? [];
    return `${Math.round(Number(kibibytes) / 1024)} MiB`;
  }

  private async succeed(action: string, ...args: readonly string[]): Promise<void> {
    const { exitCode, all } = await this.client(action, ...args);
    if (exitCode !== 0)
      throw new Error(`burp -a ${action} with ${this.name} ended with ${exitCode}:\n${all}`);
  }

  private async client(action: string, ...args: readonly string[]) {
    return execa('burp', ['-c', join(this.place, `${this.name}-client.conf`), '-a', action, ...args], QUIET);
  }

  private async isIdle(): Promise<boolean> {
    const names = await readdir(join(this.place, this.name, CLIENT));
    return !names.some((name) => /^(?:working|finishing|deleteme|lockfile)$/.test(name));
  }
}

function serverConfig(place: string, name: string, port: number): string {
  return `mode = server
listen = 127.0.0.1:${port}
directory = ${place}/${name}
clientconfdir = ${place}/clients
pidfile = ${place}/${name}.pid
max_children = 5
keep = 100
dedup_group = global
stdout = 1
syslog = 0
ssl_cert_ca = ${place}/ca.crt
ssl_cert = ${place}/server.crt
ssl_key = ${place}/server.key
ssl_dhfile = ${place}/dh.pem
`;
}

function clientConfig(place: string, name: string, port: number): string {
  return `mode = client
server = 127.0.0.1:${port}
cname = ${CLIENT}
password = secret
pidfile = ${place}/${name}-client.pid
stdout = 1
syslog = 0
progress_counter = 0
ssl_cert_ca = ${place}/ca.crt
ssl_cert = ${place}/client.crt
ssl_key = ${place}/client.key
ssl_peer_cn = server
include = ${place}/files
`;
}

/** What the step before left to write is not to be paid by this one. */
async function settle(): Promise<void> {
  await execa('sync');
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
}
