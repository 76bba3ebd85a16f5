import { createHash } from 'node:crypto';
import type { FileSystem } from '../ports/file-system.ts';
import { damage } from './codec/damage.ts';
import { gunzip } from './codec/gzip.ts';
import { gunzipStream } from './codec/gzip-stream.ts';
import { readChunks } from './content.ts';
import type { Entry } from './manifest/entry.ts';
import { EntryReader, parseEntries } from './manifest/entry-reader.ts';
import type { ManifestSeal } from './manifest/entry-writer.ts';
import type { ManifestForm } from './manifest/manifest-form.ts';

/** Entries in manifest order, as often as they are asked for. */
export interface EntryList extends AsyncIterable<Entry> {
  readonly seal: ManifestSeal;
}

/** Up to this many bytes of gzip, a list is handled in one piece, which is faster and needs no threads. */
// mutant: equivalent: how much at a time is a matter of speed and memory alone
const SMALL = 64 * 1024;

/**
 * Reads a list to its end and checks it; afterwards it is kept in memory if it is small, and else read again each time.
 * Throws EBADMSG for damage, and if it is none of the allowed ones.
 */
export async function readEntriesFile(
  fs: FileSystem,
  path: string,
  form: ManifestForm = 'manifest',
  allowed?: readonly ManifestSeal[],
): Promise<EntryList> {
  const { size } = await fs.stat(path);
  if (size <= SMALL) {
    const { entries, seal } = await readSmall(fs, path, form);
    checkSeal(seal, allowed);
    return listOf(entries, seal);
  }
  const large = new LargeFile(fs, path, form);
  for await (const _ of large);
  const seal = large.seal!;
  checkSeal(seal, allowed);
  return fileList(fs, path, form, seal);
}

/**
 * Reads a list once, entry by entry, before it is known whether all of it is sound: EBADMSG may come at the end. For
 * those who can live with that, since it takes one pass instead of two.
 */
export async function* streamEntriesFile(
  fs: FileSystem,
  path: string,
  form: ManifestForm = 'manifest',
  allowed?: readonly ManifestSeal[],
): AsyncGenerator<Entry, void, undefined> {
  const large = new LargeFile(fs, path, form);
  yield* large;
  checkSeal(large.seal!, allowed);
}

/** A list in memory. */
export function listOf(entries: readonly Entry[], seal: ManifestSeal): EntryList {
  return {
    seal,
    async *[Symbol.asyncIterator]() {
      yield* entries;
    },
  };
}

/** A list in a file that was written or checked here; each time it is read, it must still be the same. */
export function fileList(fs: FileSystem, path: string, form: ManifestForm, seal: ManifestSeal): EntryList {
  return { seal, [Symbol.asyncIterator]: () => streamEntriesFile(fs, path, form, [seal]) };
}

export function sealOf(text: Uint8Array, count: number): ManifestSeal {
  return { count, size: text.length, sha256: createHash('sha256').update(text).digest('hex') };
}

function checkSeal(seal: ManifestSeal, allowed: readonly ManifestSeal[] | undefined): void {
  if (!allowed || allowed.some((one) => one.sha256 === seal.sha256 && one.count === seal.count)) return;
  throw damage('manifest', seal.size, `its ${seal.count} entries are not those that were recorded`);
}

async function readSmall(
  fs: FileSystem,
  path: string,
  form: ManifestForm,
): Promise<{ entries: Entry[]; seal: ManifestSeal }> {
  const text = gunzip(await fs.readFile(path));
  const entries = parseEntries(text, form);
  return { entries, seal: sealOf(text, entries.length) };
}

/** One pass over a list of any size. */
class LargeFile {
  /** Known once the pass has ended. */
  seal: ManifestSeal | undefined;
  private readonly fs: FileSystem;
  private readonly path: string;
  private readonly form: ManifestForm;

  constructor(fs: FileSystem, path: string, form: ManifestForm) {
    this.fs = fs;
    this.path = path;
    this.form = form;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Entry, void, undefined> {
    const reader = new EntryReader(this.form);
    const hash = createHash('sha256');
    let size = 0;
    for await (const piece of gunzipStream(readChunks(this.fs, this.path))) {
      hash.update(piece);
      size += piece.length;
      // Not `yield*`: that costs each entry one more turn.
      for (const entry of reader.push(piece)) yield entry;
    }
    reader.finish();
    this.seal = { count: reader.count, size, sha256: hash.digest('hex') };
  }
}
