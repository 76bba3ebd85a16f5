import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { freePort } from '../e2e/lab.ts';
import { makeCertificates } from './certificates.ts';

export const CLIENT = 'c1';

/** No run takes a tenth of it, and one that hangs must not hang the tests. In milliseconds. */
const TIMEOUT = 60_000;

export interface BurpOptions {
  /** More lines for the client's part of the server's configuration. */
  readonly server?: Readonly<Record<string, string | readonly string[]>>;
  /** More lines for the client's own configuration. */
  readonly client?: Readonly<Record<string, string | readonly string[]>>;
}

/** What a run of the client ended with. */
export interface Ran {
  readonly exitCode: number | undefined;
  readonly output: string;
}

/**
 * Debian's own burp, server and client, on loopback in one temporary directory: `store` is the server's, `files` what is
 * backed up. Certificates are verified on both sides.
 */
export class RealBurp {
  readonly place: string;
  /** The directory of all clients. */
  readonly store: string;
  /** The client's directory in it. */
  readonly root: string;
  /** What is backed up. */
  readonly files: string;
  private readonly port: number;
  private readonly statusPort: number;

  private constructor(place: string, port: number, statusPort: number) {
    this.place = place;
    this.port = port;
    this.statusPort = statusPort;
    this.store = join(place, 'store');
    this.root = join(this.store, CLIENT);
    this.files = join(place, 'files');
  }

  static async prepare(place: string, options: BurpOptions = {}): Promise<RealBurp> {
    const burp = new RealBurp(place, await freePort(), await freePort());
    for (const name of ['store', 'files', 'clientconfdir', 'run'])
      await mkdir(join(place, name), { recursive: true });
    await makeCertificates(place, CLIENT);
    await burp.configure(options);
    return burp;
  }

  async configure({ server = {}, client = {} }: BurpOptions): Promise<void> {
    const at = (name: string) => join(this.place, name);
    const common = {
      stdout: '1',
      syslog: '0',
      ssl_cert_ca: at('ca.crt'),
      network_timeout: '30',
    };
    const can = ['delete', 'diff', 'force_backup', 'list', 'restore', 'verify'];
    await writeFile(
      at('server.conf'),
      lines({
        mode: 'server',
        listen: `127.0.0.1:${this.port}`,
        listen_status: `127.0.0.1:${this.statusPort}`,
        directory: this.store,
        clientconfdir: at('clientconfdir'),
        pidfile: at('run/server.pid'),
        max_children: '20',
        umask: '0022',
        keep: '100',
        dedup_group: 'global',
        ...Object.fromEntries(can.map((what) => [`client_can_${what}`, '1'])),
        ...common,
        ssl_cert: at('server.crt'),
        ssl_key: at('server.key'),
        ssl_dhfile: at('dh.pem'),
      }),
    );
    await writeFile(at(`clientconfdir/${CLIENT}`), lines({ password: 'secret', ...server }));
    await writeFile(
      at('client.conf'),
      lines({
        mode: 'client',
        server: '127.0.0.1',
        port: `${this.port}`,
        status_port: `${this.statusPort}`,
        password: 'secret',
        cname: CLIENT,
        pidfile: at('run/client.pid'),
        ...common,
        ssl_cert: at('client.crt'),
        ssl_key: at('client.key'),
        ssl_peer_cn: 'server',
        include: this.files,
        exclude_comp: 'gz',
        ...client,
      }),
    );
  }

  /** Runs the client with a server of its own, and stops that again. `wrap` starts the server, as strace would. */
  run(args: readonly string[], wrap: readonly string[] = []): Promise<Ran> {
    return this.serving(async () => {
      const ran = await execa('burp', ['-c', join(this.place, 'client.conf'), ...args], {
        reject: false,
        all: true,
        timeout: TIMEOUT,
      });
      return { exitCode: ran.exitCode, output: ran.all };
    }, wrap);
  }

  /** Does something while the server listens on the port that `action` gets. */
  async serving<T>(action: (port: number) => Promise<T>, wrap: readonly string[] = []): Promise<T> {
    const server = this.startServer(wrap);
    try {
      await answering(this.port, server);
      return await action(this.port);
    } finally {
      await this.stop(server);
    }
  }

  /** The document with which the status monitor answers a line. */
  async monitor(line: string): Promise<string> {
    const server = this.startServer([]);
    try {
      await answering(this.statusPort, server);
      const client = execa('burp', ['-c', join(this.place, 'client.conf'), '-a', 'm'], {
        reject: false,
        timeout: TIMEOUT,
      });
      let output = '';
      client.stdout.on('data', (bytes: Buffer) => {
        const isAnswered = output.includes('in monitor');
        output += bytes.toString();
        if (!isAnswered && output.includes('in monitor')) client.stdin.write(`${line}\n`);
        // It leaves when its input ends.
        if (/^\{\n[^]*\n\}\n/m.test(output)) client.stdin.end();
      });
      await client;
      return /^\{\n[^]*?\n\}\n/m.exec(output)?.[0] ?? output;
    } finally {
      await this.stop(server);
    }
  }

  backUp(wrap: readonly string[] = []): Promise<Ran> {
    return this.run(['-a', 'b'], wrap);
  }

  /** Restores into a directory; the files lie there below their full paths. */
  restore(number: number, into: string): Promise<Ran> {
    return this.run(['-a', 'r', '-b', `${number}`, '-d', into]);
  }

  verify(number: number): Promise<Ran> {
    return this.run(['-a', 'v', '-b', `${number}`]);
  }

  /** The numbers of the backups that the client is told of. */
  async list(): Promise<number[]> {
    const { output } = await this.run(['-a', 'l']);
    return [...output.matchAll(/^Backup: (\d{7}) /gm)].map((match) => Number(match[1]));
  }

  private startServer(wrap: readonly string[]): ChildProcess {
    const server = ['burp', '-F', '-c', join(this.place, 'server.conf')];
    const [command, ...args] = [...wrap, ...server] as [string, ...string[]];
    return spawn(command, args, { stdio: 'ignore' });
  }

  /** The server's children finish what they do, phase 4 above all; only then it is stopped. */
  private async stop(server: ChildProcess): Promise<void> {
    const isOver = once(server, 'exit');
    const pid = Number(
      await readFile(join(this.place, 'run/server.pid'), 'utf8').catch(() => `${server.pid}`),
    );
    for (let waited = 0; (await childrenOf(pid)).length > 0 && waited < TIMEOUT; waited += 20) await pause();
    if (server.exitCode === null && server.signalCode === null) {
      killIfThere(pid);
      await isOver;
    }
    await rm(join(this.place, 'run/server.pid'), { force: true });
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function childrenOf(pid: number): Promise<readonly string[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const children = text.split(' ').filter((child) => child !== '');
  const alive = await Promise.all(
    children.map(async (child) => {
      const stat = await readFile(`/proc/${child}/stat`, 'utf8').catch(() => '');
      return stat !== '' && !/\) Z /.test(stat);
    }),
  );
  return children.filter((_, at) => alive[at]);
}

function lines(options: Readonly<Record<string, string | readonly string[]>>): string {
  return Object.entries(options)
    .flatMap(([key, value]) => [value].flat().map((one) => `${key} = ${one}\n`))
    .join('');
}

/** Until the port is taken: a connection would cost the server a child. */
async function answering(port: number, server: ChildProcess): Promise<void> {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  for (let waited = 0; waited < TIMEOUT; waited += 20) {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const table = await readFile('/proc/net/tcp', 'utf8');
    if (table.split('\n').some((line) => line.includes(wanted) && line.includes(' 0A '))) return;
    await pause();
  }
  throw new Error(`the server did not listen on port ${port} within ${TIMEOUT} ms`);
}
