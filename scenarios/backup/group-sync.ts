import type { Life } from '../../harness/index.ts';
import type { FileSystem } from '../../src/ports/file-system.ts';

/**
 * The disk with a sync of the whole file system. Where the simulated disk has none of its own, every file and directory
 * is synced in turn: the same when it returns, with more moments at which it can be cut.
 */
export function withGroupSync(fs: Life['fs']): FileSystem {
  const own: FileSystem = fs;
  if (own.syncfs) return own;
  return new Proxy(own, {
    get(target, name) {
      if (name === 'syncfs')
        return async (path: string) => await syncTree(target, '/', (await target.lstat(path)).dev);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** What lies on another disk is left as it is. */
async function syncTree(fs: FileSystem, path: string, device: number): Promise<void> {
  const stat = await fs.lstat(path);
  if (stat.isDirectory())
    for (const name of await fs.readdir(path))
      await syncTree(fs, path === '/' ? `/${name}` : `${path}/${name}`, device);
  if (stat.dev !== device || (!stat.isDirectory() && !stat.isFile())) return;
  const file = await fs.open(path, 'r');
  await file.sync();
  await file.close();
}
