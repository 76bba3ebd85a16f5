import type { FileSystem } from '../ports/file-system.ts';
import { damage, isDamage } from './codec/damage.ts';
import { md5Of } from './codec/digest.ts';
import { isPacked, readPlain, sameSum } from './content.ts';
import { patchOf } from './delta/patch.ts';
import { ifThere } from './errors.ts';
import { placeOf } from './job.ts';
import { DATA, REVERSE } from './layout.ts';
import type { Entry } from './manifest/entry.ts';

/** Where old files are looked for: the backup itself and all newer finished ones, in order. */
export interface Chain {
  readonly fs: FileSystem;
  /** Paths of the backups' directories. */
  readonly directories: readonly string[];
}

/**
 * The plain data of an entry of the chain's first backup: the first `data` that has it, going up, and on the way back
 * down the reverse deltas. Throws EBADMSG if that does not give what the manifest says.
 */
export async function readEntry(chain: Chain, entry: Entry): Promise<Uint8Array> {
  const { fs, directories } = chain;
  let at = await findData(chain, entry);
  let plain = await readPlain(fs, placeOf(directories[at]!, entry), isPacked(entry));
  while (--at >= 0) {
    const delta = await ifThere(fs.readFile(placeOf(directories[at]!, entry, REVERSE)));
    if (delta) plain = patchOf(plain, delta);
  }
  if (!sameSum({ size: plain.length, md5: md5Of(plain) }, entry.end))
    throw damage(`the stored data`, 0, `it is not the file that was backed up (${entry.end?.md5 ?? ''})`);
  return plain;
}

/** Why an entry with data would not restore, or undefined if it would. */
export async function whyDamaged(chain: Chain, entry: Entry): Promise<string | undefined> {
  try {
    await readEntry(chain, entry);
    return undefined;
  } catch (error) {
    if (!isDamage(error)) throw error;
    return error.message;
  }
}

async function findData({ fs, directories }: Chain, entry: Entry): Promise<number> {
  for (const [at, directory] of directories.entries()) {
    const stat = await ifThere(fs.lstat(placeOf(directory, entry, DATA)));
    if (stat?.isFile()) return at;
  }
  throw damage('the store', 0, 'the file is in none of the backups that should have it');
}
