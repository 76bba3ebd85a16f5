import type { Image } from './image.ts';
import { ROOT_INO } from './types.ts';

/** What a path of directories leads to, if anything. No symlink is followed: the path names the directories themselves. */
export function inoAt(image: Image, path: string): number | undefined {
  let at: number | undefined = ROOT_INO;
  for (const name of path.split('/')) {
    if (name === '' || at === undefined) continue;
    const dir = image.inode(at);
    at = dir?.kind === 'dir' ? dir.entries.get(name) : undefined;
  }
  return at;
}
