import { CLIENT } from '../backup/world.ts';
import { BurpFailure, type Files } from './files.ts';
import { listBackups } from './listing.ts';
import { CURRENT } from './places.ts';
import { emptyTrash, moveToTrash } from './trash.ts';

/**
 * Deletes the oldest backup; with reverse deltas, no other can go. If it is the only one, `current` leads nowhere from
 * the rename of the directory until the unlink, and nothing on the disk says that this is on purpose.
 */
export async function removeOldest(fs: Files): Promise<number> {
  const [oldest, next] = await listBackups(fs);
  if (!oldest) throw new BurpFailure('there is no backup');
  await moveToTrash(fs, oldest.name, `${CLIENT}-${oldest.name}`);
  if (!next) await fs.unlink(CURRENT);
  await emptyTrash(fs);
  return oldest.number;
}
