import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compiled } from './compiled.ts';
import { RUNNING, type Ran, type Running, freePort, nextSecond, title, whyNoClient } from './lab.ts';
import { type Block, blocksOf } from './page.ts';
import { differences, treeOf } from './tree.ts';

const DEBIAN = '/etc/burp';
const reason =
  whyNoClient() ?? (existsSync(`${DEBIAN}/burp-server.conf`) ? undefined : `there is no ${DEBIAN}`);

/** A machine with Debian's burp as it is installed, but for its paths and its port, and its services. */
class Machine {
  readonly place: string;
  readonly files: string;
  private readonly port: number;
  private readonly main: string;
  private readonly services = new Map<string, Running>();
  /** What the page says that the service runs. */
  private execStart = '';

  private constructor(place: string, port: number, main: string) {
    this.place = place;
    this.port = port;
    this.main = main;
    this.files = `${place}/home`;
  }

  static async install(main: string): Promise<Machine> {
    const machine = new Machine(
      await realpath(await mkdtemp(join(tmpdir(), 'jiggle-switch-'))),
      await freePort(),
      main,
    );
    for (const directory of ['etc/burp/clientconfdir', 'spool', 'run', 'log', 'home'])
      await mkdir(join(machine.place, directory), { recursive: true });
    for (const name of ['burp-server.conf', 'burp.conf', 'CA.cnf', 'clientconfdir/testclient'])
      await writeFile(
        machine.here(`${DEBIAN}/${name}`),
        machine.here(await readFile(`${DEBIAN}/${name}`, 'utf8')),
      );
    return machine;
  }

  /** A text with this machine's paths and port in the place of Debian's. */
  here(text: string): string {
    return text
      .replaceAll('0.0.0.0:4971', `127.0.0.1:${this.port}`)
      .replaceAll('localhost:4971', `127.0.0.1:${this.port}`)
      .replaceAll(/(?<![\w.])\/(etc\/burp|run\/|home)/g, `${this.place}/$1`)
      .replaceAll('/var/spool/burp', `${this.place}/spool`)
      .replaceAll('/var/log', `${this.place}/log`)
      .replaceAll('/tmp/restored', `${this.place}/restored`)
      .replaceAll(/^(exclude_fs|\. incexc).*$/gm, '');
  }

  async do(block: Block): Promise<void> {
    if (block.language === 'ini')
      this.execStart = /^ExecStart=\/usr\/bin\/env (.*)$/m.exec(block.lines.join('\n'))![1]!;
    if (block.language !== 'sh') return;
    for (const line of block.lines) await this.command(this.here(line));
  }

  async command(line: string): Promise<Ran> {
    const [program, ...args] = line.split(' ');
    if (program === 'systemctl') return this.service(args[0]!, args[1]!);
    const ran = await this.execute(program!, args);
    expect(ran.exitCode, `${line}\n${ran.output}`).toBe(0);
    return ran;
  }

  async stop(): Promise<void> {
    for (const name of this.services.keys()) await this.service('stop', name);
    await rm(this.place, { recursive: true, force: true });
  }

  private async execute(program: string, args: readonly string[]): Promise<Ran> {
    if (args[args.indexOf('-d') + 1]?.startsWith(this.place))
      await mkdir(`${this.place}/restored`, { recursive: true });
    const { exitCode, all } = await this.begin(program, args);
    return { exitCode, output: all };
  }

  private begin(program: string, args: readonly string[]): Running {
    if (program === 'jiggle') return execa(process.execPath, [this.main, ...args], RUNNING);
    assert.equal(program, 'burp');
    const config = args.includes('-c') ? [] : ['-c', this.here(`${DEBIAN}/burp.conf`)];
    return execa('burp', [...config, ...args], RUNNING);
  }

  private async service(verb: string, name: string): Promise<Ran> {
    const running = this.services.get(name);
    if (verb === 'start') {
      const [program, ...args] = this.here(
        name === 'jiggle' ? this.execStart : `burp -F -c ${DEBIAN}/burp-server.conf`,
      ).split(' ');
      this.services.set(name, this.begin(program!, args));
      await this.listening();
    } else if (verb === 'stop' && running) {
      this.services.delete(name);
      running.kill('SIGTERM');
      await running;
    } else assert(['enable', 'disable'].includes(verb), verb);
    return { exitCode: 0, output: '' };
  }

  private async listening(): Promise<void> {
    for (let left = 600; ; left--) {
      const isOpen = await new Promise<boolean>((resolve) => {
        const socket = connect(this.port, '127.0.0.1', () => resolve(true));
        socket.once('error', () => resolve(false));
        socket.once('connect', () => socket.destroy());
      });
      if (isOpen) return;
      assert(left > 0, 'the server does not listen');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

describe.skipIf(reason)(title('who follows the page "Switch from Burp"', reason), () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await Machine.install(compiled());
    await writeFile(`${machine.files}/notes`, 'first line\n'.repeat(5000));
    await writeFile(`${machine.files}/old`, 'never changed');
    // Real Burp makes its own CA, signs its client's certificate, and has two backups.
    await machine.command('systemctl start burp');
    await machine.command('burp -a b');
    await nextSecond();
    await writeFile(`${machine.files}/notes`, 'last line\n', { flag: 'a' });
    await machine.command('burp -a b');
  });
  afterAll(() => machine.stop());

  it('has all backups on both sides of the switch, and on the way back', async () => {
    const first = 'first line\n'.repeat(5000);
    const blocks = await blocksOf('switch-from-burp.md');
    expect(blocks.filter(({ language }) => language === 'sh').length).toBeGreaterThanOrEqual(8);
    for (const block of blocks) await machine.do(block);
    const restored = `${machine.place}/restored${machine.files}`;
    expect(differences(await treeOf(machine.files), await treeOf(restored))).toEqual([]);
    // Now real Burp is back: two backups of its own, one of jiggle, and one more of its own.
    const { output } = await machine.command('burp -a l');
    expect(output.match(/^Backup: 000000\d/gm)).toHaveLength(4);
    for (const [number, notes] of [
      [1, first],
      [2, `${first}last line\n`],
      [3, `${first}last line\n`],
      [4, `${first}last line\n`],
    ] as const) {
      const to = `${machine.place}/back-${number}`;
      await mkdir(to);
      await machine.command(`burp -a r -b ${number} -d ${to}`);
      expect(await readFile(`${to}${machine.files}/notes`, 'utf8')).toBe(notes);
      expect(await readFile(`${to}${machine.files}/old`, 'utf8')).toBe('never changed');
    }
  });
});
