import type { FileSystem } from '../../ports/file-system.ts';
import { readChunks } from '../content.ts';
import { type Entry, compareEntries } from '../manifest/entry.ts';
import { EntryReader } from '../manifest/entry-reader.ts';

/** Burp's lists of what it received are plain text. Throws EBADMSG if one ends within an entry. */
export async function* readPlainList(fs: FileSystem, path: string): AsyncGenerator<Entry, void, undefined> {
  const reader = new EntryReader('manifest');
  for await (const chunk of readChunks(fs, path)) yield* reader.push(chunk);
  reader.finish();
}

/** The entries of such a list that are whole, if its end was cut off. */
export async function* readTornList(fs: FileSystem, path: string): AsyncGenerator<Entry, void, undefined> {
  const reader = new EntryReader('manifest');
  for await (const chunk of readChunks(fs, path)) yield* reader.push(chunk);
}

/** Two lists as one, in manifest order. Where both have an entry, the first one's counts. */
export async function* merged(
  first: AsyncIterable<Entry>,
  second: AsyncIterable<Entry>,
): AsyncGenerator<Entry, void, undefined> {
  const others = second[Symbol.asyncIterator]();
  try {
    let other = await others.next();
    for await (const entry of first) {
      while (!other.done && compareEntries(other.value, entry) < 0) {
        yield other.value;
        other = await others.next();
      }
      if (!other.done && compareEntries(other.value, entry) === 0) other = await others.next();
      yield entry;
    }
    for (; !other.done; other = await others.next()) yield other.value;
  } finally {
    await others.return?.();
  }
}
