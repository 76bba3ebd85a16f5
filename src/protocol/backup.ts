import type { Log } from '../ports/log.ts';
import { reasonOf } from '../storage/errors.ts';
import { Tally } from '../storage/tally.ts';
import type { Connection } from './connection.ts';
import { Refusal, StoredUnfinished, fault } from './fault.ts';
import type { Conversation } from './conversation.ts';
import { formatCounters } from './counters.ts';
import type { FrameStream } from './frame-stream.ts';
import { whenUnlocked } from './locked.ts';
import { NetworkClient } from './network-client.ts';
import type { BackupRun } from './ports.ts';
import { Quota } from './quota.ts';
import { NOT_DUE, askAgain } from './repeat.ts';
import { seeded } from './seed.ts';

/** A backup, now or if one is due. */
export async function serveBackup(conversation: Conversation, when: 'now' | 'if due'): Promise<void> {
  const { server, terms } = conversation;
  const { config, can, isOther } = terms;
  if (isOther) throw new Refusal('Backup is not allowed', 'c');
  if (when === 'now' && !can.forceBackup) throw new Refusal('Forced backup is not allowed', 'c');
  if (when === 'if due' && !(await isDue(conversation))) throw new Refusal(NOT_DUE, 'c');
  const release = server.clients.beginBackup(config);
  if (!release) throw new Refusal('max parallel backups', 'c');
  try {
    await receive(conversation, when);
  } finally {
    release();
  }
}

/** Whether a backup would be due, without making one. */
export async function serveTimerCheck(conversation: Conversation): Promise<void> {
  if (conversation.terms.isOther) throw new Refusal('Backup is not allowed', 'c');
  const due = await isDue(conversation);
  conversation.frames.send('c', `timer conditions ${due ? '' : 'not '}met`);
}

async function isDue({ store, terms, subject }: Conversation): Promise<boolean> {
  const finished = (await store.backups()).filter(({ state }) => state === 'finished');
  const due = await terms.config.isDue(finished.at(-1)?.line);
  subject.isNotDue = !due;
  return due;
}

async function receive(conversation: Conversation, when: 'now' | 'if due'): Promise<void> {
  const { connection, frames, server, terms, store, log } = conversation;
  const { config, strongHash, incexc, takesCounters, seed } = terms;
  if (seed && (await store.backups()).some(({ state }) => state !== 'working'))
    throw new Refusal('When seeding, there must be no previous backups for this client');
  // What arrived before is the store's business; a client that resumes has no use for zeros, but waits for them.
  const about = { client: config.name, backup: 0, action: 'backup' } as const;
  const client = new NetworkClient(frames, {
    counters: takesCounters ? formatCounters(new Tally(), about) : undefined,
    compression: config.compression,
    strongHash,
    quota: new Quota(config),
    entries: server.limits.entries,
    log,
  });
  const repeat = when === 'if due' ? askAgain(conversation) : undefined;
  let farewell: Promise<void> | undefined;
  const onStored = (): void => {
    repeat?.cancel();
    // Not a moment earlier: Burp's client reports success as soon as it has answered this.
    client.end();
    farewell = leave(connection, frames, log);
  };
  const onPhase: BackupRun['onPhase'] = (backup, phase, tally) => {
    conversation.subject.progress = { backup, phase, tally };
  };
  const onDropping = async (backup: string): Promise<void> => conversation.subject.dropping?.(backup);
  const run = { onStored, onPhase, onDropping, ...(incexc !== undefined && { incexc }) };
  const change = async (): Promise<void> => {
    try {
      const { counts } = await store.backup(seed ? seeded(client, seed) : client, run);
      conversation.subject.hasChanges = counts.whole + counts.delta > 0;
    } catch (error) {
      throw farewell ? new StoredUnfinished(error) : error;
    }
  };
  try {
    await whenUnlocked(conversation, change);
  } finally {
    repeat?.cancel();
    await farewell;
  }
}

/** The backup is safe, whatever the client does now, and what is left to do needs no client. */
async function leave(connection: Connection, frames: FrameStream, log: Log): Promise<void> {
  try {
    const text = await frames.command('"okbackupphase2end"');
    if (text !== 'okbackupphase2end') throw fault('the client did not answer "backupphase2end"');
  } catch (error) {
    log.warn(`the backup is stored, but ${reasonOf(error)}`);
  }
  await connection.end();
}
