import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import type { TLSSocket } from 'node:tls';
import { ConfigError } from '../config/config-error.ts';
import type { Listen } from '../config/listen.ts';
import type { ServerConfig } from '../config/server-config.ts';
import { StoreError, codeOf, reasonOf } from '../storage/errors.ts';
import { DIRECTORY_MODE } from '../storage/modes.ts';
import { type Machine, RunningBackups } from './configured-clients.ts';
import { Conversations } from './conversations.ts';
import { Listener, type ListenerTls, textOf } from './listener.ts';
import { PidFile } from './pid-file.ts';
import { becomeUser } from './privileges.ts';
import { type Ready, prepare } from './ready.ts';
import { recoverAll } from './recover-all.ts';
import { loadAllSeldom } from '../ports/seldom.ts';
import type { ServerLog } from './server-log.ts';

/** Milliseconds that work which no client waits for may take when the server stops. */
const LAST_WORK = 10_000;

/** The server: listeners, and the conversations with those who came. */
export class Daemon {
  private readonly machine: Machine;
  private readonly log: ServerLog;
  private readonly running = new RunningBackups();
  private readonly conversations: Conversations;
  private ready: Ready;
  private listeners: Listener[] = [];
  private pidFile: PidFile | undefined;
  private isStopping = false;
  private recovery: Promise<void> = Promise.resolve();

  private constructor(ready: Ready, machine: Machine, log: ServerLog) {
    this.ready = ready;
    this.machine = machine;
    this.log = log;
    this.conversations = new Conversations(machine, this.running, log);
  }

  /** Starts to take clients. Throws StoreError with one line if it can't, and leaves nothing behind then. */
  static async start(ready: Ready, machine: Machine, log: ServerLog): Promise<Daemon> {
    const daemon = new Daemon(ready, machine, log);
    try {
      await daemon.begin();
    } catch (error) {
      daemon.leave();
      throw error;
    }
    return daemon;
  }

  /** Where it listens, for messages. */
  get addresses(): readonly string[] {
    return this.listeners.map(({ listen }) => textOf(listen));
  }

  /**
   * Reads the configuration again, for those who come from now on. If it has mistakes, all stays as it was. User,
   * group, pidfile and whether certificates are needed are those of the start.
   */
  async reload(): Promise<void> {
    this.reopenLog();
    try {
      const ready = await prepare(this.ready.config.file, this.machine);
      for (const warning of ready.warnings) this.log.warn(warning, { event: 'reload' });
      await this.relisten(ready);
      this.ready = ready;
      this.log.info(`reloaded ${ready.config.file}`, { event: 'reload' });
    } catch (error) {
      const problems = error instanceof ConfigError ? error.problems : [reasonOf(error)];
      for (const problem of problems) this.log.error(problem, { event: 'reload' });
      this.blameUser();
      this.log.error('the configuration stays as it was', { event: 'reload' });
    }
  }

  /**
   * Takes nobody any more, and cuts the conversations as a broken network would: what a backup had received stays for
   * the next one to resume, if so configured. What no client waits for may go on for a little while; the next start
   * finishes it.
   */
  async stop(): Promise<void> {
    this.isStopping = true;
    for (const listener of this.listeners) listener.close();
    this.conversations.cut();
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), LAST_WORK)));
    const done = Promise.all([this.conversations.idle(), this.recovery]);
    if ((await Promise.race([done, tooLong])) === 'late')
      this.log.warn('stopped in the middle of finishing a backup; the next start goes on', { event: 'stop' });
    clearTimeout(timer);
    this.leave();
  }

  private async begin(): Promise<void> {
    const { config } = this.ready;
    process.umask(config.umask);
    if (config.pidfile !== undefined) this.pidFile = await PidFile.take(config.pidfile, this.machine.host);
    await this.relisten(this.ready);
    if (config.user !== undefined || config.group !== undefined) await loadAllSeldom();
    becomeUser(config.user, config.group);
    await makeDirectory(config);
    this.recovery = recoverAll(config, this.machine, this.log, this.running, () => this.isStopping);
  }

  private reopenLog(): void {
    try {
      this.log.reopen();
    } catch (error) {
      this.log.error(`the log can't be opened again and goes on where it was: ${reasonOf(error)}`, {
        event: 'reload',
      });
      this.blameUser();
    }
  }

  /** What was read at the start may be out of reach by now. */
  private blameUser(): void {
    const who = otherUser(this.ready.config);
    if (who === undefined) return;
    this.log.error(`the server is ${who} since its start: for what only root may read, restart it`, {
      event: 'reload',
    });
  }

  /** Opens and closes listeners until they are those of the configuration. */
  private async relisten(ready: Ready): Promise<void> {
    const wanted = ready.config.listen;
    const tls: ListenerTls = { ...ready.tls, needsCertificate: this.ready.config.tls.needsCertificate };
    const isSame = (a: Listen, b: Listen) => textOf(a) === textOf(b) && a.purpose === b.purpose;
    const isWanted = ({ listen }: Listener) => wanted.some((one) => isSame(one, listen));
    for (const one of this.listeners.filter((listener) => !isWanted(listener))) one.close();
    this.listeners = this.listeners.filter(isWanted);
    for (const listen of wanted) {
      const open = this.listeners.find((one) => isSame(one.listen, listen));
      if (open) open.renew(tls, listen.maxClients);
      else this.listeners.push(await Listener.open(listen, tls, this));
    }
  }

  onPeer(socket: TLSSocket, { purpose }: Listen): void {
    this.conversations.begin(socket, this.ready, purpose);
  }

  onRefused(address: string, reason: string): void {
    this.log.warn(reason, { event: 'refused', address });
  }

  private leave(): void {
    for (const listener of this.listeners) listener.close();
    this.pidFile?.remove();
  }
}

/** Whom the configuration makes the server become. */
function otherUser({ user, group }: ServerConfig): string | undefined {
  if (user !== undefined) return `user ${user}`;
  return group === undefined ? undefined : `group ${group}`;
}

/** The store, which must be the server's to write to. It is made by the user that the server has become. */
async function makeDirectory(config: ServerConfig): Promise<void> {
  const { directory } = config;
  try {
    await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE });
  } catch (error) {
    const code = codeOf(error) ?? 'EIO';
    throw new StoreError(code, `directory ${directory} can't be made: ${reasonOf(error)}`);
  }
  try {
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    // On a disk that is read-only, backups can still be restored.
    if (codeOf(error) !== 'EACCES') return;
    const who = otherUser(config) ?? 'the user of the server';
    throw new StoreError(
      'EACCES',
      `directory ${directory} can't be written to by ${who}: give it and all that is in it to ${who}`,
    );
  }
}
