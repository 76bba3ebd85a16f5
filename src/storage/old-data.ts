import type { FileSystem, Stat } from '../ports/file-system.ts';
import type { Log } from '../ports/log.ts';
import { isEncrypted, isPacked } from './content.ts';
import { isStorable } from './data-path.ts';
import { ifThere } from './errors.ts';
import { type Backup, placeOf } from './job.ts';
import { displayBytes } from './manifest/byte-string.ts';
import type { Entry } from './manifest/entry.ts';
import type { BackupRecord } from './record.ts';

/** The shortest gzip member: a header, two bytes for nothing, and the trailer. */
const SHORTEST_MEMBER = 20;

/** The file of the previous backup that is to be linked, if it still has its data; a missing one is asked for again. */
export async function isStillThere(
  job: { readonly fs: FileSystem; readonly log: Log; readonly previous: Backup | undefined },
  old: Entry,
): Promise<Stat | undefined> {
  const previous = job.previous!;
  const stat = await seemsWhole(job.fs, previous, old);
  if (stat) return stat;
  job.log.warn(`${previous.name}: ${displayBytes(old.path)} has lost its data`);
  return undefined;
}

/** Whether a file can have one more name. */
export function isLinkable({ nlink }: Stat, { maxHardlinks }: Pick<BackupRecord, 'maxHardlinks'>): boolean {
  return nlink < maxHardlinks;
}

/**
 * A backup's own file, if it is there and looks whole. What jiggle stored was durable, so that it is there is enough.
 * What Burp stored may have been emptied by a power cut: a packed file's first and last bytes tell, without a pass over
 * all of it.
 */
export async function seemsWhole(fs: FileSystem, backup: Backup, entry: Entry): Promise<Stat | undefined> {
  if (!isStorable(entry.dataPath!)) return undefined;
  const path = placeOf(backup.directory, entry);
  const stat = await ifThere(fs.lstat(path));
  if (!stat?.isFile()) return undefined;
  if (isEncrypted(entry)) return stat;
  if (!isPacked(entry)) return stat.size === entry.end!.size ? stat : undefined;
  if (stat.size < SHORTEST_MEMBER) return undefined;
  return backup.isJiggles || (await looksWhole(fs, path, stat.size, entry.end!.size)) ? stat : undefined;
}

/** Whether a file begins and ends like a gzip member of so many plain bytes. */
async function looksWhole(fs: FileSystem, path: string, size: number, plainSize: number): Promise<boolean> {
  const file = await fs.open(path, 'r');
  try {
    const ends = Buffer.alloc(8);
    await file.read(ends, 0, 4, 0);
    await file.read(ends, 4, 4, size - 4);
    return ends[0] === 0x1f && ends[1] === 0x8b && ends.readUInt32LE(4) === plainSize % 2 ** 32;
  } finally {
    await file.close();
  }
}
