import { formatAttributes } from '../storage/manifest/attributes.ts';
import type { ByteString } from '../storage/manifest/byte-string.ts';
import type { Entry, EntryKind } from '../storage/manifest/entry.ts';
import type { Conversation } from './conversation.ts';
import { DirectoryView } from './browse.ts';
import { named, numberIn } from './choose.ts';
import { Refusal } from './fault.ts';
import type { FrameStream } from './frame-stream.ts';
import { compilePattern } from './pattern.ts';
import type { StoredBackup } from './ports.ts';

/** Kinds that Burp's client can't list. */
export const UNLISTED: ReadonlySet<EntryKind> = new Set(['metadata', 'vss-head', 'vss-foot']);

/** What is listed of a backup's entries, as it is shown; undefined leaves an entry out. */
type Show = (entry: Entry) => Entry | undefined;

/** The backups, or what is in them. The client takes the end of the connection for the end of the list. */
export async function serveList(
  conversation: Conversation,
  { backup, regex }: { readonly backup: ByteString; readonly regex: ByteString },
): Promise<void> {
  begin(conversation);
  const matches = compilePattern(regex, conversation.terms);
  const show: Show = (entry) => (matches(entry.path) ? entry : undefined);
  if (backup === '' && regex === '') return listBackups(conversation);
  for (const one of await wanted(conversation, backup)) await listEntries(conversation, one, show);
}

/** What is in one directory. */
export async function serveBrowse(
  conversation: Conversation,
  { backup, directory }: { readonly backup: ByteString; readonly directory: ByteString },
): Promise<void> {
  begin(conversation);
  for (const one of await wanted(conversation, backup)) {
    const view = new DirectoryView(directory);
    await listEntries(conversation, one, (entry) => view.show(entry));
    if (!view.isFound) throw new Refusal('directory not found');
  }
}

function begin({ frames, terms }: Conversation): void {
  if (!terms.can.list) throw new Refusal('Client list is not allowed', 'c');
  frames.send('c', 'ok');
}

async function listBackups({ frames, store }: Conversation): Promise<void> {
  const backups = await store.backups();
  for (const one of backups) sendName(frames, one);
  if (backups.length === 0) frames.send('p', 'no backups');
}

/** `c` is the current backup, `a` and nothing all of them. */
async function wanted({ store }: Conversation, text: ByteString): Promise<readonly StoredBackup[]> {
  const backups = (await store.backups()).filter(({ state }) => state === 'finished');
  if (numberIn(text) === 0 && (text === '' || text.startsWith('a'))) {
    if (backups.length > 0) return backups;
  } else {
    const one = text.startsWith('c') ? backups.find(({ isCurrent }) => isCurrent) : named(backups, text);
    if (one) return [one];
  }
  throw new Refusal('backup not found', 'p');
}

async function listEntries({ frames, store }: Conversation, backup: StoredBackup, show: Show): Promise<void> {
  const opened = await store.open(backup.name);
  try {
    sendName(frames, backup);
    for await (const entry of opened.entries()) {
      const shown = UNLISTED.has(entry.kind) ? undefined : show(entry);
      if (!shown) continue;
      sendEntry(frames, shown);
      await frames.drain();
    }
  } finally {
    await opened.close();
  }
}

/** The timestamp line, and what can be said of the backup in a word. */
function sendName(frames: FrameStream, { line, state, isDeletable }: StoredBackup): void {
  const remark = state === 'finished' ? (isDeletable ? 'deletable' : undefined) : state;
  frames.send('b', remark === undefined ? line : `${line} (${remark})`);
}

/** An entry without data: stat line, path, and target of a link. */
export function sendEntry(frames: FrameStream, { attributes, letter, path, link }: Entry): void {
  frames.send('r', formatAttributes(attributes));
  frames.send(letter, path);
  if (link !== undefined) frames.send(letter, link);
}
