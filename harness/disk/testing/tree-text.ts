import { digest, statText } from './run-command.ts';
import type { SyncDisk } from './sync-disk.ts';

/**
 * All that is below a directory, a line per name: kind, mode, links, size, contents or target, and for another name
 * of the same inode which name came first. Modes are set aside for the reading and kept in the text.
 */
export function treeText(disk: SyncDisk, root: string): string[] {
  const lines: string[] = [];
  const first = new Map<number, string>();
  const visit = (dir: string, shown: string): void => {
    for (const name of disk.readdir(dir).sort()) {
      const path = `${dir}/${name}`;
      const at = `${shown}/${name}`;
      const stat = disk.lstat(path);
      const kind = stat.mode & 0o170000;
      let line = `${at}: ${statText(stat)}`;
      if (kind === 0o100000) line += ` ${digest(disk.readFile(path))}`;
      if (kind === 0o120000) line += ` -> ${disk.readlink(path)}`;
      if (kind !== 0o040000) {
        const known = first.get(stat.ino);
        if (known === undefined) first.set(stat.ino, at);
        else line += ` = ${known}`;
      }
      lines.push(line);
      if (kind === 0o040000) visit(path, at);
    }
  };
  visit(root, '');
  return lines;
}
