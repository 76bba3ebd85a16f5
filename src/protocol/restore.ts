import type { ByteString } from '../storage/manifest/byte-string.ts';
import type { Entry } from '../storage/manifest/entry.ts';
import type { Reading } from './action.ts';
import type { Conversation } from './conversation.ts';
import { chosen } from './choose.ts';
import { type About, Counters } from './counters.ts';
import { EntrySender } from './entry-sender.ts';
import { Refusal } from './fault.ts';
import type { OpenBackup } from './ports.ts';
import { Replies } from './replies.ts';
import { type Selection, receivePaths, selectionOf } from './selection.ts';

/** Restores backups to the client, or verifies them: that is the same conversation without the data. */
export async function serveReading(conversation: Conversation, action: Reading): Promise<void> {
  const { frames, store, terms, server, log } = conversation;
  const { kind, hasList } = action;
  if (!terms.can[kind]) throw new Refusal(`Client ${kind} is not allowed`, 'c');
  frames.send('c', hasList ? 'ok restore_list' : 'ok');
  const paths = hasList ? await receivePaths(frames, server.limits.text) : undefined;
  const selection = selectionOf(kind, action.regex, paths, terms);
  const backups = chosen(await store.backups(), action.backup);
  if (backups.length === 0) throw new Refusal('backup not found');
  const replies = new Replies(frames, log);
  const sender = new EntrySender({ kind, frames, replies, log });
  for (const { name, number } of backups) {
    const backup = await store.open(name);
    try {
      // They are sent once, even if there are several backups to send.
      if (terms.takesCounters && name === backups[0]!.name)
        frames.send(
          'c',
          await countersOf(backup, selection, { client: terms.config.name, backup: number, action: kind }),
        );
      await sendBackup(backup, selection, sender, name !== backups[0]!.name);
    } finally {
      await backup.close();
    }
  }
  frames.send('c', 'restoreend');
  await replies.ended();
}

/** How much of a backup is going to be sent. */
async function countersOf(backup: OpenBackup, selection: Selection, about: About): Promise<string> {
  const counters = new Counters();
  for await (const entry of backup.entries()) if (selection.has(entry)) counters.add(entry);
  return counters.format(about);
}

/**
 * Sends what is selected, in the order of the manifest, but each directory after what is in it: making files in a
 * directory would change its times, and its permissions may not allow it.
 */
async function sendBackup(
  backup: OpenBackup,
  selection: Selection,
  sender: EntrySender,
  isAnother: boolean,
): Promise<void> {
  const missing = selection.isAll ? new Set<ByteString>() : await missingTargets(backup, selection);
  const masters = new Map<ByteString, Entry>();
  const waiting: Entry[] = [];
  for await (const entry of backup.entries()) {
    if (!selection.has(entry)) {
      if (entry.kind === 'file' && missing.has(entry.path)) masters.set(entry.path, entry);
      continue;
    }
    for (let top = waiting.at(-1); top && !isWithin(entry.path, top.path); top = waiting.at(-1)) {
      await sender.send(backup, top, isAnother);
      waiting.pop();
    }
    if (entry.kind === 'dir') waiting.push(entry);
    else {
      const sent = standIn(entry, masters);
      await sender.send(backup, sent, isAnother || sent !== entry);
    }
  }
  for (const entry of waiting.reverse()) await sender.send(backup, entry, isAnother);
}

/** First names of selected hard links that are not selected themselves. */
async function missingTargets(backup: OpenBackup, selection: Selection): Promise<Set<ByteString>> {
  const targets = new Set<ByteString>();
  const selected = new Set<ByteString>();
  for await (const entry of backup.entries()) {
    if (entry.kind === 'hardlink' && selection.has(entry)) targets.add(entry.link!);
  }
  if (targets.size === 0) return targets;
  for await (const entry of backup.entries()) {
    if (entry.kind === 'file' && targets.has(entry.path) && selection.has(entry)) selected.add(entry.path);
  }
  for (const path of selected) targets.delete(path);
  return targets;
}

/** A hard link whose first name is not part of this restore comes as the file itself, under its own name. */
function standIn(entry: Entry, masters: ReadonlyMap<ByteString, Entry>): Entry {
  const master = entry.kind === 'hardlink' ? masters.get(entry.link!) : undefined;
  return master ? { ...master, path: entry.path } : entry;
}

function isWithin(path: ByteString, directory: ByteString): boolean {
  return path === directory || directory === '/' || path.startsWith(`${directory}/`);
}
