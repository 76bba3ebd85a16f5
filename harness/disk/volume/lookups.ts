import type { Core } from '../core/core.ts';
import { join } from '../core/paths.ts';
import { encodeName } from '../facade/options.ts';
import type { ReaddirInternals, ResultClasses, VolumeInternals } from './memfs-internals.ts';
import type { DiskSuperblock } from './superblock.ts';
import type { LinkView, NodeView } from './views.ts';

function errorCode(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}

/** memfs' Stats of an inode, with the blocks and the device that memfs leaves out. */
function statsOf(classes: ResultClasses, node: NodeView, bigint: boolean): unknown {
  const stats = classes.Stats.build(node, bigint);
  const { blocks, dev } = node.stats;
  stats['blocks'] = bigint ? BigInt(blocks) : blocks;
  stats['dev'] = bigint ? BigInt(dev) : dev;
  return stats;
}

/** stat, lstat, fstat, access and exists, as Linux answers them. */
export function completeStats(volume: VolumeInternals, disk: DiskSuperblock, classes: ResultClasses): void {
  const found = (link: LinkView, bigint: boolean): unknown => statsOf(classes, link.getNode(), bigint);
  volume._lstat = (path, bigint = false, throwIfNoEntry = false) => {
    try {
      return found(disk.getLinkOrThrow(path, 'lstat'), bigint);
    } catch (error) {
      if (errorCode(error) === 'ENOENT' && !throwIfNoEntry) return undefined;
      throw error;
    }
  };
  volume._stat = (path, bigint = false, throwIfNoEntry = true) => {
    const result = disk.getResolvedLinkResult(path, 'stat');
    if (result.ok) return { ok: true, value: found(result.value, bigint) };
    return result.err.code === 'ENOENT' && !throwIfNoEntry ? { ok: true, value: undefined } : result;
  };
  volume.fstatBase = (fd, bigint = false) => {
    disk.core.enter();
    return statsOf(classes, disk.getFileByFdOrThrow(fd, 'fstat').node, bigint);
  };
  volume._access = (path, mode) => disk.core.access(path, mode);
  completeExists(volume, disk);
}

/** memfs takes every error for "no", a power cut included; a program must not go on with that answer. */
function completeExists(volume: VolumeInternals, disk: DiskSuperblock): void {
  const existsSync = volume['existsSync'] as (path: unknown) => boolean;
  const exists = volume['exists'] as (path: unknown, callback: unknown) => void;
  volume['existsSync'] = (path: unknown) => {
    disk.core.enter();
    return existsSync(path);
  };
  volume['exists'] = (path: unknown, callback: unknown) => {
    if (typeof callback !== 'function') return exists(path, callback);
    return exists(path, (found: boolean) => {
      if (!disk.core.dead) (callback as (found: boolean) => void)(found);
    });
  };
}

/** readdir with the parent's path as it was given, readlink, and temporary names from a counter. */
export function completeNames(volume: VolumeInternals, core: () => Core, classes: ResultClasses): void {
  volume._readdir = (path, options) => {
    const entries = listEntries(core(), path, options, classes, '');
    return entries.map(({ shown, dirent }) => (options.withFileTypes === true ? dirent : shown));
  };
  volume._readlink = (path, encoding) =>
    encodeName(core().readlink(path), (encoding ?? 'utf8') as BufferEncoding);
  let temporaries = 0;
  volume._mkdtemp = (prefix, encoding) => {
    for (;;) {
      const path = prefix + (temporaries++).toString(36).padStart(6, '0');
      try {
        core().mkdir(path, 0o700);
        return encodeName(path, (encoding ?? 'utf8') as BufferEncoding);
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
      }
    }
  };
}

interface Listed {
  readonly shown: string;
  readonly dirent: unknown;
}

/** A directory's entries, and with `recursive` those of its directories after them. */
function listEntries(
  core: Core,
  path: string,
  options: ReaddirInternals,
  classes: ResultClasses,
  below: string,
): Listed[] {
  const encoding = options.encoding ?? 'utf8';
  const listed: Listed[] = [];
  for (const { name, kind } of core.readdirTypes(path)) {
    const link = { getName: () => name, getNode: () => ({ mode: MODES[kind] }) };
    const dirent = classes.Dirent.build(link, encoding, path);
    listed.push({ shown: encodeName(below + name, encoding), dirent });
    if (options.recursive === true && kind === 'dir') {
      listed.push(...listEntries(core, join(path, name), options, classes, `${below}${name}/`));
    }
  }
  return listed;
}

const MODES = { file: 0o100000, dir: 0o040000, symlink: 0o120000 } as const;
