import { gunzip, gzip } from '../../src/storage/codec/gzip.ts';
import type { Entry } from '../../src/storage/manifest/entry.ts';
import { parseEntries } from '../../src/storage/manifest/entry-reader.ts';
import { formatEntries } from '../../src/storage/manifest/entry-writer.ts';
import type { ManifestForm } from '../../src/storage/manifest/manifest-form.ts';
import type { Files } from './files.ts';

const LEVEL = 9;

/**
 * Every close of a list, after reading or writing, is a sync of the whole host since 2.0.22. Together with the lock
 * file's fsync, these are all the syncs that Burp makes, and so phase 4 has none.
 */
export async function closeList(fs: Files): Promise<void> {
  await fs.sync();
}

export async function writePacked(
  fs: Files,
  path: string,
  entries: readonly Entry[],
  form: ManifestForm = 'manifest',
): Promise<void> {
  await fs.writeFile(path, gzip(formatEntries(entries, form), LEVEL));
}

/** An empty file is a list without entries: gzread reports its end, and no error. */
export async function readPacked(
  fs: Files,
  path: string,
  form: ManifestForm = 'manifest',
): Promise<readonly Entry[]> {
  const bytes = await fs.readFile(path);
  return bytes.length === 0 ? [] : parseEntries(gunzip(bytes), form);
}

export async function readPlain(fs: Files, path: string): Promise<readonly Entry[]> {
  return parseEntries(await fs.readFile(path));
}
