import { createHash } from 'node:crypto';
import type { FileSystem } from '../ports/file-system.ts';
import { damage } from './codec/damage.ts';
import { gunzip, gzip } from './codec/gzip.ts';
import { gunzipStream, gzipStream } from './codec/gzip-stream.ts';
import { type Data, writeNew } from './durable.ts';
import { readChunks } from './content.ts';
import { type Entry } from './manifest/entry.ts';
import { EntryReader, parseEntries } from './manifest/entry-reader.ts';
import { type ManifestSeal, EntryWriter, formatEntries } from './manifest/entry-writer.ts';
import type { ManifestForm } from './manifest/manifest-form.ts';

/** Up to this many bytes a list is handled in one piece, which is faster and needs no threads. */
const SMALL = 1 << 20;
const LEVEL = 9;
const ENTRIES_PER_PIECE = 1000;

/** Writes a list of entries as gzip, exclusively and durably, and says what it must be when it is read again. */
export async function writeEntries(
  fs: FileSystem,
  path: string,
  entries: readonly Entry[],
  form: ManifestForm = 'manifest',
): Promise<ManifestSeal> {
  if (entries.length <= ENTRIES_PER_PIECE) {
    const text = formatEntries(entries, form);
    await writeNew(fs, path, gzip(text, LEVEL));
    return sealOf(text, entries.length);
  }
  const writer = new EntryWriter(form);
  const data: Data = gzipStream(pieces(entries, writer), LEVEL);
  await writeNew(fs, path, data);
  return writer.seal();
}

/** Reads what `writeEntries` wrote. Throws EBADMSG for damage, and if it is none of the allowed ones. */
export async function readEntriesFile(
  fs: FileSystem,
  path: string,
  form: ManifestForm = 'manifest',
  allowed?: readonly ManifestSeal[],
): Promise<Entry[]> {
  const { size } = await fs.stat(path);
  const { entries, seal } = size <= SMALL ? await readSmall(fs, path, form) : await readLarge(fs, path, form);
  if (allowed && !allowed.some((one) => one.sha256 === seal.sha256 && one.count === seal.count))
    throw damage('manifest', seal.size, `its ${seal.count} entries are not those that were recorded`);
  return entries;
}

interface Sealed {
  readonly entries: Entry[];
  readonly seal: ManifestSeal;
}

async function readSmall(fs: FileSystem, path: string, form: ManifestForm): Promise<Sealed> {
  const text = gunzip(await fs.readFile(path));
  const entries = parseEntries(text, form);
  return { entries, seal: sealOf(text, entries.length) };
}

async function readLarge(fs: FileSystem, path: string, form: ManifestForm): Promise<Sealed> {
  const reader = new EntryReader(form);
  const hash = createHash('sha256');
  const entries: Entry[] = [];
  let size = 0;
  for await (const piece of gunzipStream(readChunks(fs, path))) {
    hash.update(piece);
    size += piece.length;
    for (const entry of reader.push(piece)) entries.push(entry);
  }
  reader.finish();
  return { entries, seal: { count: entries.length, size, sha256: hash.digest('hex') } };
}

function sealOf(text: Uint8Array, count: number): ManifestSeal {
  return { count, size: text.length, sha256: createHash('sha256').update(text).digest('hex') };
}

async function* pieces(entries: readonly Entry[], writer: EntryWriter): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < entries.length; from += ENTRIES_PER_PIECE) {
    const batch = entries.slice(from, from + ENTRIES_PER_PIECE);
    yield Buffer.concat(batch.map((entry) => writer.write(entry)));
  }
  yield writer.end();
}
