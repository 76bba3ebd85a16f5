import { prepareHashes } from '../../src/storage/delta/strong-hash.ts';
import type { Entry } from '../../src/storage/manifest/entry.ts';
import { ROOT } from '../backup/world.ts';
import { duplicate } from './duplicate.ts';
import {
  BurpFailure,
  exists,
  type Files,
  isRegular,
  makePathFor,
  removeDirectoriesOnly,
  unlinkIfThere,
} from './files.ts';
import { readTimestamp } from './listing.ts';
import { readPacked, readPlain, writePacked } from './lists.ts';
import { patchOne } from './patch.ts';
import {
  CURRENT,
  DATA,
  DELETIONS,
  DUPLICATE,
  FINISHING,
  FORWARD,
  MANIFEST,
  OLD_DATA,
  RECEIVED,
  TMP,
} from './places.ts';
import { emptyTrash, moveToTrash } from './trash.ts';

/**
 * Phase 4 and the flip, from the beginning or after an earlier attempt that was cut short: both are the same code,
 * and what is done already is told by what exists. No sync of any kind.
 */
export async function finish(fs: Files): Promise<void> {
  await prepareHashes();
  const hadPrevious = await exists(fs, CURRENT);
  await duplicate(fs);
  if ((await readTimestamp(fs, FINISHING)) === undefined)
    throw new BurpFailure(`could not read timestamp file: ${FINISHING}/timestamp`);
  await jiggle(fs);
  await clean(fs);
  if (hadPrevious) await swapPrevious(fs);
  await emptyTrash(fs);
  await fs.rename(FINISHING, CURRENT);
}

/** The "atomic data jiggle": every entry's file goes to its place in `data`. */
async function jiggle(fs: Files): Promise<void> {
  if (!(await exists(fs, MANIFEST)) && (await exists(fs, MANIFEST + TMP)))
    await fs.rename(MANIFEST + TMP, MANIFEST);
  const entries = await readPacked(fs, MANIFEST);
  if (!(await exists(fs, DATA))) await fs.mkdir(DATA);
  for (const entry of entries) if (entry.dataPath !== undefined) await jiggleOne(fs, entry, entry.dataPath);
  await dropFailed(fs, entries);
  if (await exists(fs, FORWARD)) await removeDirectoriesOnly(fs, FORWARD);
}

/** The first case that matches wins. */
async function jiggleOne(fs: Files, entry: Entry, dataPath: string): Promise<void> {
  const paths = {
    final: `${DATA}/${dataPath}`,
    fresh: `${RECEIVED}/${dataPath}`,
    forward: `${FORWARD}/${dataPath}`,
    old: `${OLD_DATA}/${dataPath}`,
  };
  // It is there, so it counts as done, and what it was made of goes.
  if (await isRegular(fs, paths.final)) return await unlinkIfThere(fs, paths.forward);
  await makePathFor(fs, paths.final);
  if (await isRegular(fs, paths.forward)) {
    await makePathFor(fs, paths.fresh);
    return await patchOne(fs, entry, paths);
  }
  if (await isRegular(fs, paths.fresh)) return await fs.rename(paths.fresh, paths.final);
  if (!(await isRegular(fs, paths.old))) throw new BurpFailure(`could not find: ${paths.old}`);
  await fs.link(paths.old, paths.final);
  await fs.unlink(paths.old);
}

/** Takes entries whose patch failed out of the manifest. */
async function dropFailed(fs: Files, entries: readonly Entry[]): Promise<void> {
  if (!(await exists(fs, DELETIONS))) return;
  const failed = new Set((await readPlain(fs, DELETIONS)).map((entry) => entry.path));
  const left = entries.filter((entry) => !failed.has(entry.path));
  await writePacked(fs, MANIFEST + TMP, left);
  await fs.unlink(DELETIONS);
  await fs.rename(MANIFEST + TMP, MANIFEST);
}

async function clean(fs: Files): Promise<void> {
  await fs.rm(RECEIVED, { recursive: true, force: true });
  if (await exists(fs, OLD_DATA)) await removeDirectoriesOnly(fs, OLD_DATA);
}

/** The duplicate, by now taken apart, becomes the previous backup. Between the renames `current` dangles. */
async function swapPrevious(fs: Files): Promise<void> {
  const name = await fs.readlink(CURRENT);
  await moveToTrash(fs, name, name);
  await fs.rename(DUPLICATE, `${ROOT}/${name}`);
}
