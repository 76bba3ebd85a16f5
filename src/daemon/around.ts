import type { ClientFile } from '../config/client-config.ts';
import type { Log } from '../ports/log.ts';
import type { Action } from '../protocol/action.ts';
import { Refusal } from '../protocol/fault.ts';
import type { Subject } from '../protocol/ports.ts';
import { isOverdue } from '../protocol/repeat.ts';
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

/** Characters: Linux takes 128 KiB as one argument. */
const LONGEST_ARGUMENT = 32 * 1024;

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
  if (happening.client.scripts.failure.ofDropped)
    subject.dropping = (backup) => notify(happening, { backup }, 'failure', counting.warnings);
  try {
    await before(happening, subject);
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
  return !(error instanceof Refusal) || error.letter === 'w' || isOverdue(error);
}

async function before(happening: Happening, subject: Subject): Promise<void> {
  const { before: script } = happening.client.scripts;
  if (script.path === undefined) return;
  const words = ['pre', wordFor(happening.action), happening.client.name, '0', '0', ...script.args];
  const { path } = script;
  if (!(await succeeds(happening, subject, { ...script, path, args: words })))
    throw new Refusal(`server pre script ${path} returned an error`);
}

/** That a timed backup is not due is no failure. */
async function after(happening: Happening, subject: Subject, hasFailed: boolean): Promise<void> {
  const { path, args, runsOnFailure, isNotified } = happening.client.scripts.after;
  if (path === undefined || (hasFailed && !runsOnFailure)) return;
  const { action, client } = happening;
  const flags = [hasFailed, subject.isNotDue].map((is) => (is ? '1' : '0'));
  const words = ['post', wordFor(action), client.name, ...flags, ...args];
  await succeeds(happening, subject, { path, args: words, isNotified });
}

/** Runs a script around the work. That it failed may be a failure to be notified, with what it said, as by Burp. */
async function succeeds(
  happening: Happening,
  subject: Subject,
  { path, args, isNotified }: { path: string; args: readonly string[]; isNotified: boolean },
): Promise<boolean> {
  const { action, client, log } = happening;
  const heard: string[] = [];
  const env = envOf(happening);
  const code = await runScript({ path, args, env, hear: (line) => heard.push(line) }, log);
  if (code === 0) return true;
  const { failure } = client.scripts;
  const isWanted = isNotified && !(action.kind === 'backup' && isLeftToOthers(happening, subject));
  if (!isWanted || failure.path === undefined) return false;
  const words = [client.name, '', textOf(heard), '', '', '', ...failure.args];
  await runScript({ path: failure.path, args: words, env }, log);
  return false;
}

/** As an argument of a program: what Linux takes as one, and no NUL. */
function textOf(lines: readonly string[]): string {
  return lines
    .map((line) => `${line}\n`)
    .join('')
    .replaceAll('\0', '')
    .slice(0, LONGEST_ARGUMENT);
}

/** Whether the client has another server to go to, and nobody wants to hear of failures before the last one's. */
function isLeftToOthers({ client }: Happening, { hasFailoversLeft }: Subject): boolean {
  return hasFailoversLeft === true && !client.scripts.failure.withFailoversLeft;
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
  if (ending === 'failure' && action.kind === 'backup' && isLeftToOthers(happening, subject)) return;
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
