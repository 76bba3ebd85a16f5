import { isDamage } from '../../src/storage/codec/damage.ts';
import { gunzip, gzip } from '../../src/storage/codec/gzip.ts';
import { deltaOf } from '../../src/storage/delta/delta.ts';
import { patchOf } from '../../src/storage/delta/patch.ts';
import { parseSignature, signatureOf } from '../../src/storage/delta/signature.ts';
import type { Entry } from '../../src/storage/manifest/entry.ts';
import { formatEntries } from '../../src/storage/manifest/entry-writer.ts';
import { BurpFailure, exists, type Files, makePathFor, readStored, unlinkIfThere } from './files.ts';
import { DELETIONS, INFLATE, REVERSE, SIGNATURE } from './places.ts';

/** Where one entry's file is, was and will be. */
export interface Paths {
  /** `data/X`: the file is done if this is there. */
  readonly final: string;
  /** `data.tmp/X`: a new file as received, or the place where one is put together. */
  readonly fresh: string;
  /** `deltas.forward/X`. */
  readonly forward: string;
  /** `currentdup/data/X`. */
  readonly old: string;
}

/**
 * Case (b) of the jiggle: the new file from the old one and the client's delta, and a delta back. Nothing is synced
 * before the rename, and both inputs are unlinked right after it: a power cut that loses the data of the result, and
 * keeps the names, leaves no copy at all.
 */
export async function patchOne(fs: Files, entry: Entry, paths: Paths): Promise<void> {
  try {
    await inflate(fs, entry, paths.old);
    if (!(await patchForward(fs, entry, paths))) return await noteDeletion(fs, entry);
    await makeReverseDelta(fs, entry, paths);
    await fs.rename(paths.fresh, paths.final);
    await fs.unlink(paths.forward);
    await unlinkIfThere(fs, paths.old);
  } finally {
    await unlinkIfThere(fs, INFLATE);
  }
}

/**
 * Unpacks the old file. One that is not packed is only linked. An `inflate` that a killed server left is written to
 * as it is, though it may be such a link: then the old file of another entry is overwritten.
 */
async function inflate(fs: Files, entry: Entry, old: string): Promise<void> {
  if (!(await exists(fs, old))) throw new BurpFailure(`could not lstat ${old}`);
  if (entry.attributes.compression > 0) return await fs.writeFile(INFLATE, await unpack(fs, old, entry));
  await unlinkIfThere(fs, INFLATE);
  await fs.link(old, INFLATE);
}

async function unpack(fs: Files, path: string, entry: Entry): Promise<Uint8Array> {
  try {
    return await readStored(fs, path, entry);
  } catch (error) {
    if (!isDamage(error)) throw error;
    throw new BurpFailure(`error when inflating old file: ${path}`);
  }
}

/** False if the delta does not fit. That it gives what the client had is not checked: the manifest's sum is unread. */
async function patchForward(fs: Files, entry: Entry, { forward, fresh }: Paths): Promise<boolean> {
  const { compression } = entry.attributes;
  try {
    const result = patchOf(await fs.readFile(INFLATE), await fs.readFile(forward));
    await fs.writeFile(fresh, compression > 0 ? gzip(result, compression) : result);
    return true;
  } catch (error) {
    if (!isDamage(error)) throw error;
    await unlinkIfThere(fs, fresh);
    return false;
  }
}

/** The entry will be taken out of the manifest, and the rest of the backup goes on. */
async function noteDeletion(fs: Files, entry: Entry): Promise<void> {
  await fs.appendFile(DELETIONS, formatEntries([entry]));
}

/** What turns the new file back into the old one, for the backups that are older. */
async function makeReverseDelta(fs: Files, entry: Entry, { fresh, old }: Paths): Promise<void> {
  const target = `${REVERSE}/${entry.dataPath!}`;
  await makePathFor(fs, target);
  const bytes = await fs.readFile(fresh);
  await fs.writeFile(SIGNATURE, signatureOf(entry.attributes.compression > 0 ? gunzip(bytes) : bytes));
  const signature = parseSignature(await fs.readFile(SIGNATURE));
  await fs.writeFile(target, deltaOf(signature, await unpack(fs, old, entry)));
  await fs.unlink(SIGNATURE);
}
