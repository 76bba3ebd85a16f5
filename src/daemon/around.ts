import type { ClientFile } from '../config/client-config.ts';
import type { Log } from '../ports/log.ts';
import type { Action } from '../protocol/action.ts';
import { Refusal } from '../protocol/fault.ts';
import type { Subject } from '../protocol/ports.ts';
import { runScript } from './script.ts';

/** Burp's words for what clients ask for, as its scripts get them. */
const WORDS: Readonly<Record<Action['kind'], string>> = {
  backup: 'backup',
  'timer check': 'backupphase1timedcheck',
  list: 'list',
  browse: 'list',
  diff: 'diff',
  restore: 'restore',
  verify: 'verify',
  delete: 'Delete',
  'old delete': 'delete',
  unknown: 'unknown',
};

const LOGS: Readonly<Record<string, string>> = { backup: 'log', restore: 'restorelog', verify: 'verifylog' };

/** An action of a client, and where its scripts are told of it. */
export interface Happening {
  readonly client: ClientFile;
  readonly action: Action;
  readonly peer: { readonly address: string; readonly commonName: string };
  readonly log: Log;
}

type Ending = 'success' | 'failure';

/**
 * Does what a client asks for, with the scripts of the configuration around it: `server_script_pre` may forbid it, and
 * nothing that the others do changes anything.
 */
export async function withScripts(
  happening: Happening,
  subject: Subject,
  work: (log: Log) => Promise<void>,
): Promise<void> {
  const counting = new CountingLog(happening.log);
  try {
    await before(happening);
    await work(counting);
  } catch (error) {
    if (isFailure(error)) await notify(happening, subject, 'failure', counting.warnings);
    await after(happening, subject, !subject.isNotDue);
    throw error;
  }
  await notify(happening, subject, 'success', counting.warnings);
  await after(happening, subject, false);
}

/** What is refused has not begun; but a quota is looked at in the middle of a backup. */
function isFailure(error: unknown): boolean {
  return !(error instanceof Refusal) || error.letter === 'w';
}

async function before(happening: Happening): Promise<void> {
  const { path, args } = happening.client.scripts.before;
  if (path === undefined) return;
  const words = ['pre', wordFor(happening.action), happening.client.name, '0', '0', ...args];
  const code = await runScript({ path, args: words, env: envOf(happening) }, happening.log);
  if (code !== 0) throw new Refusal(`server pre script ${path} returned an error`);
}

/** That a timed backup is not due is no failure. */
async function after(happening: Happening, { isNotDue }: Subject, hasFailed: boolean): Promise<void> {
  const { path, args, runsOnFailure } = happening.client.scripts.after;
  if (path === undefined || (hasFailed && !runsOnFailure)) return;
  const { action, client, log } = happening;
  const flags = [hasFailed, isNotDue].map((is) => (is ? '1' : '0'));
  const words = ['post', wordFor(action), client.name, ...flags, ...args];
  await runScript({ path, args: words, env: envOf(happening) }, log);
}

async function notify(
  happening: Happening,
  subject: Subject,
  ending: Ending,
  warnings: number,
): Promise<void> {
  const { action, client, log } = happening;
  const { path, args, warningsOnly, changesOnly } = client.scripts[ending];
  const file = LOGS[action.kind];
  if (path === undefined || file === undefined) return;
  if (warningsOnly && warnings === 0) return;
  if (changesOnly && action.kind === 'backup' && subject.hasChanges === false) return;
  const root = `${client.directory}/${client.name}`;
  const words = [client.name, root, `${root}/${subject.backup ?? 'current'}`, file, action.kind];
  await runScript({ path, args: [...words, `${warnings}`, ...args], env: envOf(happening) }, log);
}

function wordFor(action: Action): string {
  return action.kind === 'backup' && action.when === 'if due' ? 'backup_timed' : WORDS[action.kind];
}

function envOf({ peer }: Happening): Record<string, string> {
  return { REMOTE_ADDR: peer.address, X509_PEER_CN: peer.commonName };
}

class CountingLog implements Log {
  warnings = 0;
  private readonly log: Log;

  constructor(log: Log) {
    this.log = log;
  }

  info(text: string): void {
    this.log.info(text);
  }

  warn(text: string): void {
    this.warnings++;
    this.log.warn(text);
  }
}
