import { ROOT } from '../backup/world.ts';
import { exists, type Files, unlinkIfThere } from './files.ts';
import { TRASH } from './places.ts';

/** Names that are tried before the last one is taken, free or not. */
const ATTEMPTS_MAX = 100;

/**
 * Moves a backup's directory away under a name that is free, as no backup any more. Not being there is fine. Every
 * attempt at phase 4 that is cut between here and the end of `emptyTrash` leaves one more tree, so the states that
 * kills can lead to have no end within reach.
 */
export async function moveToTrash(fs: Files, name: string, as: string): Promise<void> {
  const directory = `${ROOT}/${name}`;
  if (!(await exists(fs, directory))) return;
  if (!(await exists(fs, TRASH))) await fs.mkdir(TRASH);
  let target = `${TRASH}/${as}`;
  for (let n = 1; n <= ATTEMPTS_MAX && (await exists(fs, target)); n++) target = `${TRASH}/${as}.${n}`;
  await unlinkIfThere(fs, `${directory}/timestamp`);
  await fs.rename(directory, target);
}

export async function emptyTrash(fs: Files): Promise<void> {
  await fs.rm(TRASH, { recursive: true, force: true });
}
