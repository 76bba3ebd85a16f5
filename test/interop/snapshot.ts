import { createHash } from 'node:crypto';
import { lstat, readFile, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** All that a restore has to bring back, by path below the directory: a line for each file of any kind. */
export type Snapshot = ReadonlyMap<string, string>;

export interface SnapshotOptions {
  /** Leave out what jiggle's own restore can't make: fifos and devices. */
  readonly plainOnly?: boolean;
}

/** Names are latin1, so that those that are not UTF-8 are told apart as well. */
export async function snapshot(
  directory: string,
  { plainOnly = false }: SnapshotOptions = {},
): Promise<Snapshot> {
  const found = new Map<string, string>();
  const firstNames = new Map<number, string>();
  const walk = async (path: Buffer, name: string): Promise<void> => {
    const stat = await lstat(path);
    const kind = (stat.mode & 0o170000).toString(8);
    const isSpecial = !stat.isFile() && !stat.isDirectory() && !stat.isSymbolicLink();
    if (plainOnly && isSpecial) return;
    const what = [
      kind,
      stat.isSymbolicLink() ? '' : (stat.mode & 0o7777).toString(8),
      `${stat.uid}:${stat.gid}`,
    ];
    if (isSpecial) what.push(`${stat.rdev}`);
    if (stat.isSymbolicLink()) what.push((await readlink(path, { encoding: 'buffer' })).toString('latin1'));
    else what.push(`${Math.floor(stat.mtimeMs / 1000)}`);
    if (stat.isFile()) {
      what.push(
        createHash('md5')
          .update(await readFile(path))
          .digest('hex'),
      );
      if (stat.nlink > 1) {
        what.push(`same as ${firstNames.get(stat.ino) ?? name}`);
        if (!firstNames.has(stat.ino)) firstNames.set(stat.ino, name);
      }
    }
    found.set(name, what.join(' '));
    if (!stat.isDirectory()) return;
    const names = await readdir(path, { encoding: 'buffer' });
    for (const child of names.sort((left, right) => Buffer.compare(left, right)))
      await walk(Buffer.concat([path, Buffer.from('/'), child]), join(name, child.toString('latin1')));
  };
  await walk(Buffer.from(directory), '.');
  return found;
}

/** The differences, a line each. */
export function compare(found: Snapshot, wanted: Snapshot): string[] {
  const names = new Set([...found.keys(), ...wanted.keys()]);
  return [...names]
    .filter((name) => found.get(name) !== wanted.get(name))
    .map((name) => `${name}: ${found.get(name) ?? 'missing'}, wanted ${wanted.get(name) ?? 'nothing'}`);
}
