import { Core } from '../../../harness/disk/core/core.ts';
import { createFacade } from '../../../harness/disk/facade/facade.ts';
import { Image } from '../../../harness/disk/image/image.ts';
import type { Disk } from '../../../harness/index.ts';
import { backUp, clientOf, open, STORE, type ClientTree } from '../world.ts';
import type { Settings } from '../../../src/storage/settings.ts';

/** A disk of its own, on which somebody may do something by hand between two lives. */
export class HandledDisk implements Disk {
  readonly image: Image;
  readonly fs: Disk['fs'];
  readonly clock: Disk['clock'] = { now: () => 1_700_000_000_000 };

  constructor(image: Image) {
    this.image = image;
    this.fs = createFacade(new Core(image));
  }

  readonly random = (): number => 0.5;

  /** Another one, in which all is as it is here now. */
  fork(): HandledDisk {
    return new HandledDisk(this.image.fork());
  }
}

class Gone extends Error {}

/** One backup is there, and the next one is received and waits for its shuffle: the client has been told. */
export async function received(
  before: readonly ClientTree[],
  tree: ClientTree,
  settings: Partial<Settings>,
): Promise<HandledDisk> {
  const disk = new HandledDisk(Image.empty());
  await disk.fs.mkdir(STORE);
  for (const one of before) await backUp(await open(disk, settings), one, () => undefined);
  const store = await open(disk, settings);
  const stop = (): never => {
    throw new Gone();
  };
  await store.backup(clientOf(tree), { onStored: stop }).catch((error: unknown) => {
    if (!(error instanceof Gone)) throw error;
  });
  return disk;
}

/** All files below a directory, with their paths. */
export async function filesBelow({ fs }: Disk, directory: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of (await fs.readdir(directory)).toSorted()) {
    const path = `${directory}/${name}`;
    const stat = await fs.lstat(path);
    if (stat.isDirectory()) found.push(...(await filesBelow({ fs } as Disk, path)));
    else if (stat.isFile()) found.push(path);
  }
  return found;
}

/** The same disk, which notes what is made on it: files, links and names that are renamed to. */
export function noting(disk: Disk, made: (path: string) => void): Disk {
  const fs = new Proxy(disk.fs, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        if (name === 'open' && args[1] !== undefined && args[1] !== 'r') made(String(args[0]));
        if (name === 'link' || name === 'symlink') made(String(args[1]));
        return (value as (...all: unknown[]) => unknown).apply(target, args);
      };
    },
  });
  return { fs, clock: disk.clock, random: disk.random };
}
