import type { FileSystem } from '../ports/file-system.ts';
import type { Log } from '../ports/log.ts';
import { isEncrypted, isPacked } from './content.ts';
import { isStorable } from './data-path.ts';
import { ifThere } from './errors.ts';
import { type Backup, placeOf } from './job.ts';
import { displayBytes } from './manifest/byte-string.ts';
import type { Entry } from './manifest/entry.ts';

/** The shortest gzip member: a header, two bytes for nothing, and the trailer. */
const SHORTEST_MEMBER = 20;

/**
 * Whether the previous backup still has an unchanged file, which is to be linked; a missing one is asked for again. What
 * jiggle stored was durable, so that it is there is enough. What Burp stored may have been emptied by a power cut: a
 * packed file's first and last bytes tell, without a pass over all of it.
 */
export async function isStillThere(
  job: { readonly fs: FileSystem; readonly log: Log; readonly previous: Backup | undefined },
  old: Entry,
): Promise<boolean> {
  const previous = job.previous!;
  const path = isStorable(old.dataPath!) ? placeOf(previous.directory, old) : undefined;
  const stat = path === undefined ? undefined : await ifThere(job.fs.lstat(path));
  if (path !== undefined && stat?.isFile()) {
    if (!isPacked(old)) {
      if (stat.size === old.end!.size || isEncrypted(old)) return true;
    } else if (stat.size >= SHORTEST_MEMBER) {
      if (previous.isJiggles || (await looksWhole(job.fs, path, stat.size, old.end!.size))) return true;
    }
  }
  job.log.warn(`${previous.name}: ${displayBytes(old.path)} has lost its data`);
  return false;
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
