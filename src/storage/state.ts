import type { FileSystem } from '../ports/file-system.ts';
import { StoreError, codeOf, ifThere } from './errors.ts';
import { CURRENT, CURRENT_TMP, DAMAGED_PREFIX, FINISHING, TRASH, WORKING, backupNumber } from './layout.ts';
import { namesIn } from './tree.ts';

/** What is in a client's directory. The links' values are names of directories that may not be there. */
export interface State {
  readonly isThere: boolean;
  readonly working: string | undefined;
  readonly finishing: string | undefined;
  readonly current: string | undefined;
  readonly currentTmp: string | undefined;
  readonly hasTrash: boolean;
  /** Directories with a backup's name, the oldest first, those of unfinished backups too. */
  readonly directories: readonly string[];
  /** Backups that were put aside because the disk had damaged them. */
  readonly damaged: readonly string[];
}

/** How often it is looked again where somebody changes what is looked at; each time a backup has come a step further. */
const LOOKS = 10;

/**
 * Looks, and changes nothing. Readers look while a backup, or a recovery, goes on: when a link is gone that was there a
 * moment ago, what was seen so far no longer fits together, and they look again.
 */
export async function look(fs: FileSystem, root: string): Promise<State> {
  for (let left = LOOKS; ; left--) {
    try {
      return await lookOnce(fs, root);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || left === 1) throw error;
    }
  }
}

async function lookOnce(fs: FileSystem, root: string): Promise<State> {
  const names = await namesOf(fs, root);
  const link = async (name: string) => (names?.includes(name) ? readLink(fs, root, name) : undefined);
  return {
    isThere: names !== undefined,
    working: await link(WORKING),
    finishing: await link(FINISHING),
    current: await link(CURRENT),
    currentTmp: await link(CURRENT_TMP),
    hasTrash: names?.includes(TRASH) ?? false,
    directories: await directoriesOf(fs, root, names ?? []),
    damaged: (names ?? []).filter((name) => name.startsWith(DAMAGED_PREFIX)),
  };
}

/** The names of the finished backups, the oldest first. */
export function finished(state: State): readonly string[] {
  const unfinished = state.finishing === state.current ? undefined : state.finishing;
  return state.directories.filter((name) => name !== state.working && name !== unfinished);
}

/** Nothing here follows a link: it would lead to what is not this client's. */
async function namesOf(fs: FileSystem, root: string): Promise<readonly string[] | undefined> {
  const stat = await ifThere(fs.lstat(root));
  if (stat?.isSymbolicLink())
    throw new StoreError('ELOOP', `${root} is a symbolic link: a client's directory must be one itself`);
  return stat && namesIn(fs, root);
}

async function directoriesOf(fs: FileSystem, root: string, names: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const name of names) {
    if (backupNumber(name) === undefined) continue;
    if ((await ifThere(fs.lstat(`${root}/${name}`)))?.isDirectory()) found.push(name);
  }
  return found;
}

async function readLink(fs: FileSystem, root: string, name: string): Promise<string> {
  try {
    return await fs.readlink(`${root}/${name}`);
  } catch (error) {
    if (codeOf(error) !== 'EINVAL') throw error;
    throw new StoreError('EINVAL', `${root}/${name} must be a symbolic link: move it away by hand`);
  }
}
