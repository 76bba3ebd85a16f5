import { accessSync, constants } from 'node:fs';
import { spawnSync, type StdioOptions } from 'node:child_process';
import { join } from 'node:path';

/** A file system that can be observed. */
export type FileSystemName = 'ext4' | 'xfs' | 'btrfs';

export const FILE_SYSTEM_NAMES: readonly FileSystemName[] = ['ext4', 'xfs', 'btrfs'];

/** By tool: the package of Debian that has it. */
const PACKAGES: Readonly<Record<string, string>> = {
  mount: 'mount',
  umount: 'mount',
  sync: 'coreutils',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  'mkfs.ext4': 'e2fsprogs',
  'mkfs.xfs': 'xfsprogs',
  'mkfs.btrfs': 'btrfs-progs',
  xfs_io: 'xfsprogs',
};

/** Tools of an administrator are not on everybody's path. */
export function toolPath(path: string): string {
  return [path, '/usr/sbin', '/sbin', '/usr/bin', '/bin'].filter((part) => part !== '').join(':');
}

/**
 * What is missing to observe a file system, in one line; undefined if nothing is.
 *
 * @param path where tools are looked for first: folders with colons between them
 * @param has whether a file is there and may be used
 */
export function whatIsMissing(
  name: FileSystemName,
  path: string,
  has: (file: string) => boolean = isUsable,
): string | undefined {
  const needed = Object.keys(PACKAGES).filter((tool) => !tool.startsWith('mkfs.') || tool === `mkfs.${name}`);
  const folders = toolPath(path).split(':');
  const missing = needed.filter((tool) => !folders.some((folder) => has(join(folder, tool))));
  if (missing.length > 0) {
    const tools = [missing.slice(0, -1).join(', '), missing.at(-1)]
      .filter((part) => part !== '')
      .join(' and ');
    const packages = [...new Set(missing.map((tool) => PACKAGES[tool]))];
    return `${tools} can't be found; on Debian: apt install ${packages.join(' ')}`;
  }
  const device = ['/dev/fuse', '/dev/loop-control'].find((each) => !has(each));
  return device && `${device} can't be opened: this kernel, or this container, has none`;
}

function isUsable(file: string): boolean {
  try {
    accessSync(file, file.startsWith('/dev/') ? constants.R_OK | constants.W_OK : constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A tool that has failed: what was run, and the first line of what it said. */
export class ToolError extends Error {
  override name = 'ToolError';
}

/** Runs a tool to its end. @throws ToolError if it fails */
export function run(tool: string, args: readonly string[], fds: readonly number[] = []): void {
  const stdio: StdioOptions = ['ignore', 'ignore', 'pipe', ...fds];
  const env = { ...process.env, PATH: toolPath(process.env['PATH'] ?? ''), LC_ALL: 'C' };
  const { status, signal, error, stderr } = spawnSync(tool, args, { stdio, env, encoding: 'utf8' });
  if (error) throw new ToolError(`${tool}: ${error.message}`);
  if (status === 0) return;
  const [line = ''] = stderr.trim().split('\n');
  throw new ToolError(
    `${[tool, ...args].join(' ')}: ${line === '' ? (signal ?? `it ended with ${status}`) : line}`,
  );
}
