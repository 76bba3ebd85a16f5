import { backupNumber } from '../../src/storage/layout.ts';
import { ROOT } from '../backup/world.ts';
import { exists, type Files, isRegular } from './files.ts';
import { FINISHING, WORKING } from './places.ts';

/** A finished backup. */
export interface Listed {
  readonly number: number;
  /** Of its directory, and its timestamp line. */
  readonly name: string;
}

/**
 * The finished backups, the oldest first. A directory is a backup if its timestamp begins with its own number: one
 * without it can't be seen by list, restore and numbering.
 */
export async function listBackups(fs: Files): Promise<readonly Listed[]> {
  const unfinished = [await targetOf(fs, WORKING), await targetOf(fs, FINISHING)];
  const listed: Listed[] = [];
  for (const name of await fs.readdir(ROOT)) {
    const number = backupNumber(name);
    if (number === undefined || unfinished.includes(name)) continue;
    const line = await readTimestamp(fs, `${ROOT}/${name}`);
    if (line?.slice(0, 8) === name.slice(0, 8)) listed.push({ number, name });
  }
  return listed;
}

/** The timestamp line of a backup's directory; undefined if there is none. */
export async function readTimestamp(fs: Files, directory: string): Promise<string | undefined> {
  const path = `${directory}/timestamp`;
  if (!(await isRegular(fs, path))) return undefined;
  const [line] = (await fs.readFile(path, 'utf8')).split('\n', 1);
  return line === '' ? undefined : line;
}

/** What a symlink says, wherever it leads; undefined if it is not there. */
export async function targetOf(fs: Files, link: string): Promise<string | undefined> {
  return (await exists(fs, link)) ? await fs.readlink(link) : undefined;
}
