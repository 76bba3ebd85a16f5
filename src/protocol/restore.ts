import type { Log } from '../ports/log.ts';
import { reasonOf } from '../storage/errors.ts';
import { type ByteString, displayBytes } from '../storage/manifest/byte-string.ts';
import { type Entry, isDirectory } from '../storage/manifest/entry.ts';
import { isWithin } from '../storage/manifest/path-order.ts';
import type { Reading } from './action.ts';
import type { Conversation } from './conversation.ts';
import { chosen } from './choose.ts';
import { type About, formatCounters } from './counters.ts';
import { EntrySender } from './entry-sender.ts';
import { Refusal } from './fault.ts';
import type { Terms } from './negotiation.ts';
import type { OpenBackup, ReadingNotes, RestoreOrder } from './ports.ts';
import { Replies } from './replies.ts';
import { type Selection, receivePaths, selectionOf } from './selection.ts';

/** Burp's words. */
const PHASES = { restore: 'restoring', verify: 'verifying' } as const;

/** Restores backups to the client, or verifies them: that is the same conversation without the data. */
export async function serveReading(conversation: Conversation, action: Reading): Promise<void> {
  const { frames, store, terms, server, log } = conversation;
  const { kind, hasList } = action;
  // What was ordered on the server may be done in any case, but only once.
  const order = kind === 'restore' ? terms.order : undefined;
  await order?.done();
  if (!terms.can[kind] && !(order && isOrdered(order, action, terms)))
    throw new Refusal(`Client ${kind} is not allowed`, 'c');
  frames.send('c', hasList ? 'ok restore_list' : 'ok');
  const paths = hasList ? await receivePaths(frames, server.limits.text) : undefined;
  const selection = selectionOf(kind, action.regex, paths, terms);
  const backups = chosen(await store.backups(), action.backup);
  if (backups.length === 0) throw new Refusal('backup not found');
  const relay = new Relay(log);
  const replies = new Replies(frames, relay);
  const sender = new EntrySender({ kind, frames, replies, log: relay });
  for (const [at, { name, number }] of backups.entries()) {
    conversation.subject.backup = name;
    const notes = store.notes(name, kind, log);
    relay.to = notes;
    conversation.subject.progress = { backup: name, phase: PHASES[kind], tally: notes.tally };
    noteSettings(notes, action);
    const about = { client: terms.config.name, backup: number, action: kind };
    // They are sent once, even if there are several backups to send.
    const counts = terms.takesCounters && at === 0;
    try {
      const backup = await store.open(name);
      try {
        if (counts) frames.send('c', await countersOf(backup, selection, about, notes));
        await sendBackup(backup, selection, sender, at > 0, notes);
      } finally {
        await backup.close();
      }
      if (at < backups.length - 1) continue;
      frames.send('c', 'restoreend');
      await replies.ended();
    } catch (error) {
      notes.note(`ERROR: ${reasonOf(error)}`);
      throw error;
    } finally {
      await notes.keep();
    }
  }
}

/** Whether it is what was ordered, and not something else that the client would like as well. */
function isOrdered({ lines }: RestoreOrder, { backup, regex, hasList }: Reading, terms: Terms): boolean {
  if (hasList) return false;
  const asked = { backup, regex, orig_client: terms.isOther ? terms.config.name : '' };
  return Object.entries(asked).every(([field, value]) => {
    const start = `${field} = `;
    const ordered = lines.find((one) => one.startsWith(start))?.slice(start.length);
    return ordered === undefined ? value === '' || value === '0' : value === ordered;
  });
}

/** Where messages go that may come at any time: to the notes of the backup that is being sent. */
class Relay implements Log {
  to: Log;

  constructor(to: Log) {
    this.to = to;
  }

  info(text: string): void {
    this.to.info(text);
  }

  warn(text: string): void {
    this.to.warn(text);
  }
}

function noteSettings(notes: ReadingNotes, { backup, regex, hasList }: Reading): void {
  notes.note('Restore settings:');
  notes.note(`backup = '${displayBytes(backup)}'`);
  if (regex !== '') notes.note(`regex = '${displayBytes(regex)}'`);
  notes.note(`restore_list = ${hasList}`);
}

/** How much of a backup is going to be sent. */
async function countersOf(
  backup: OpenBackup,
  selection: Selection,
  about: About,
  notes: ReadingNotes,
): Promise<string> {
  for await (const entry of backup.entries()) {
    if (selection.has(entry)) notes.expected(entry);
  }
  return formatCounters(notes.tally, about);
}

/**
 * Sends what is selected, in the order of the manifest, but each directory after what is in it: making files in a
 * directory would change its times, and its permissions may not allow it. Its attributes and ACLs come with it, unlike
 * from Burp's server: files that are made in a directory inherit its default ACL.
 */
async function sendBackup(
  backup: OpenBackup,
  selection: Selection,
  sender: EntrySender,
  isAnother: boolean,
  notes: ReadingNotes,
): Promise<void> {
  const missing = selection.isAll ? new Set<ByteString>() : await missingTargets(backup, selection);
  const masters = new Map<ByteString, Entry>();
  const waiting: (readonly [directory: Entry, ...metadata: Entry[]])[] = [];
  const send = async (entry: Entry, isRepeated: boolean): Promise<void> => {
    await sender.send(backup, entry, isRepeated);
    notes.sent(entry);
  };
  for await (const entry of backup.entries()) {
    if (!selection.has(entry)) {
      if (entry.kind === 'file' && missing.has(entry.path)) masters.set(entry.path, entry);
      continue;
    }
    for (let top = waiting.at(-1); top && !isWithin(entry.path, top[0].path); top = waiting.at(-1)) {
      for (const one of top) await send(one, isAnother);
      waiting.pop();
    }
    const top = waiting.at(-1);
    if (isDirectory(entry)) waiting.push([entry]);
    else if (entry.kind === 'metadata' && top?.[0].path === entry.path)
      waiting.splice(-1, 1, [...top, entry]);
    else {
      const sent = standIn(entry, masters);
      await send(sent, isAnother || sent !== entry);
    }
  }
  for (const entry of waiting.reverse().flat()) await send(entry, isAnother);
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
