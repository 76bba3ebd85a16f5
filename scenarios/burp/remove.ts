import { CLIENT } from '../backup/world.ts';
import { BurpFailure, type Files, unlinkIfThere } from './files.ts';
import { listBackups } from './listing.ts';
import { CURRENT, CURRENT_TMP } from './places.ts';
import { emptyTrash, moveToTrash } from './trash.ts';

/**
 * Deletes a backup. `current` is led to the one before it by a rename; but if there is none, it dangles from the
 * rename of the directory until the unlink, and nothing on the disk says that this is on purpose.
 */
export async function remove(fs: Files, number: number): Promise<void> {
  const listed = await listBackups(fs);
  const at = listed.findIndex((backup) => backup.number === number);
  const { name } = listed[at] ?? {};
  if (name === undefined) throw new BurpFailure(`there is no backup ${number}`);
  const before = listed[at - 1]?.name;
  const isNewest = at === listed.length - 1;
  if (isNewest && before !== undefined) {
    await unlinkIfThere(fs, CURRENT_TMP);
    await fs.symlink(before, CURRENT_TMP);
  }
  await moveToTrash(fs, name, `${CLIENT}-${name}`);
  if (isNewest) await (before === undefined ? fs.unlink(CURRENT) : fs.rename(CURRENT_TMP, CURRENT));
  await emptyTrash(fs);
}
