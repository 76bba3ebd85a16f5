import type { Facade } from '../disk/facade/facade.ts';
import type { Image } from '../disk/image/image.ts';
import { inoAt } from '../disk/image/ino-at.ts';

/**
 * Regions: directories whose inside a scenario declares not to matter, because recovery deletes it unread. Disks that
 * differ only there are taken for one state. Such a claim must be checked, not trusted: where it is false, it hides
 * bugs. So every recovery is watched for anything that it learns from a region beyond names and kinds, which a
 * deletion needs, and a sample of the disks that were taken for another is recovered all the same and compared.
 */
export type Regions = readonly string[];

/** The disk with all regions empty; the very same image if they are, or aren't there. */
export function masked(image: Image, regions: Regions): Image {
  let result = image;
  for (const region of regions) {
    const parent = inoAt(image, region.slice(0, region.lastIndexOf('/')));
    const name = region.slice(region.lastIndexOf('/') + 1);
    const dir = parent === undefined ? undefined : image.inode(parent);
    const ino = dir?.kind === 'dir' ? dir.entries.get(name) : undefined;
    const inode = ino === undefined ? undefined : image.inode(ino);
    if (parent === undefined || inode?.kind !== 'dir' || inode.entries.size === 0) continue;
    if (result === image) result = image.fork();
    const empty = result.allocate();
    result.add(empty, { ...inode, names: [] });
    result.apply({ type: 'entry', dir: parent, name, ino: empty });
  }
  return result;
}

/** Calls that a deletion needs, and that tell no more than names and kinds. */
const HARMLESS: ReadonlySet<string> = new Set(['readdir', 'lstat', 'unlink', 'rmdir', 'rm']);

/**
 * A facade that tells `observe` of every call that learns something from a region, or carries something out of it. A
 * directory may be opened, to be synced; moving something into a region is no observation.
 */
export function watched(fs: Facade, regions: Regions, observe: (what: string) => void): Facade {
  const inside = (path: unknown): boolean =>
    typeof path === 'string' && regions.some((region) => path.startsWith(`${region}/`));
  return new Proxy(fs, {
    get(target, method: string | symbol, proxy) {
      const value: unknown = Reflect.get(target, method, target);
      if (value === target) return proxy;
      if (typeof value !== 'function' || typeof method === 'symbol') return value;
      return async (...args: unknown[]): Promise<unknown> => {
        const [path] = args;
        const harmless = HARMLESS.has(method) || (method === 'open' && (await isDirectory(target, path)));
        if (inside(path) && !harmless) observe(`${method} ${String(path)}`);
        return await (value as (...all: unknown[]) => Promise<unknown>).apply(target, args);
      };
    },
  });
}

async function isDirectory(fs: Facade, path: unknown): Promise<boolean> {
  try {
    return typeof path === 'string' && (await fs.lstat(path)).isDirectory();
  } catch {
    return false; // It does not exist, and that is what the program is about to be told.
  }
}
