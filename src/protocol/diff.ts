import { type Entry, compareEntries } from '../storage/manifest/entry.ts';
import type { ByteString } from '../storage/manifest/byte-string.ts';
import type { Conversation } from './conversation.ts';
import { named, numberIn } from './choose.ts';
import { Refusal } from './fault.ts';
import { UNLISTED, sendEntry } from './list.ts';
import type { StoredBackup } from './ports.ts';

/** What one backup has and another has not. What was changed is in both lists. */
export async function serveDiff(
  conversation: Conversation,
  request: { readonly backup: ByteString; readonly other: ByteString },
): Promise<void> {
  const { frames, store, terms } = conversation;
  if (!terms.can.diff) throw new Refusal('Client diff is not allowed', 'c');
  frames.send('c', 'ok');
  const [from, to] = choose(await store.backups(), request);
  const [before, after] = await Promise.all([store.open(from.name), store.open(to.name)]);
  try {
    frames.send('b', from.name);
    frames.send('b', to.name);
    for await (const [sign, entry] of differences(before.entries(), after.entries())) {
      if (UNLISTED.has(entry.kind)) continue;
      sendEntry(frames, { ...entry, path: `${sign} ${entry.path}` });
      await frames.drain();
    }
  } finally {
    await Promise.all([before.close(), after.close()]);
  }
}

function choose(
  backups: readonly StoredBackup[],
  { backup, other }: { readonly backup: ByteString; readonly other: ByteString },
): readonly [StoredBackup, StoredBackup] {
  const [first, second] = [numberIn(backup), numberIn(other)];
  if (first === 0 || second === 0 || first === second) throw new Refusal('you need to specify two backups');
  const finished = backups.filter(({ state }) => state === 'finished');
  const [from, to] = [named(finished, String(first)), named(finished, String(second))];
  if (!from || !to) throw new Refusal('could not find specified backups');
  return [from, to];
}

type Difference = readonly [sign: '-' | '+', entry: Entry];

/** Walks two lists in manifest order side by side. */
export async function* differences(
  before: AsyncIterable<Entry>,
  after: AsyncIterable<Entry>,
): AsyncGenerator<Difference, void, undefined> {
  const [left, right] = [before[Symbol.asyncIterator](), after[Symbol.asyncIterator]()];
  let [old, now] = await Promise.all([left.next(), right.next()]);
  while (!old.done || !now.done) {
    const order = old.done ? 1 : now.done ? -1 : compareEntries(old.value, now.value);
    const isChanged =
      order !== 0 || BigInt(old.value!.attributes.mtime) !== BigInt(now.value!.attributes.mtime);
    if (order <= 0 && isChanged) yield ['-', old.value!];
    if (order >= 0 && isChanged) yield ['+', now.value!];
    if (order <= 0) old = await left.next();
    if (order >= 0) now = await right.next();
  }
}
