import { constants } from 'node:fs';
import type { Core } from '../core/core.ts';
import { diskError } from '../errors.ts';
import type { Call, Host } from './call.ts';
import { realpathByParts } from './realpath.ts';
import { systemError } from './system-error.ts';
import { nodeStatFs, nodeStats, wantsBigInts } from './stats.ts';
import {
  encodeName,
  type Options,
  toBoolean,
  toInteger,
  toMode,
  toOptions,
  toSmallMode,
  toOwner,
  toPath,
  toTime,
  wrongType,
} from './validate.ts';

const NONE: Options = {};

/** An object or nothing; Node reads the properties of what it gets without a check. */
function loose(value: unknown): Options {
  return typeof value === 'object' && value !== null ? (value as Options) : NONE;
}

/** What a call of paths is made of in this file: checked paths, and one thing to do with the core. */
function call(arity: number, prepare: Call['prepare']): Call {
  return { arity, prepare };
}

export const NAME_CALLS: Readonly<Record<string, Call>> = {
  access: call(2, (host, given, wanted) => {
    const path = toPath(given);
    const mode = toSmallMode(wanted);
    return () => host.core.access(path, mode);
  }),
  stat: call(2, (host, given, options) => statCall(host, given, options, 'stat')),
  lstat: call(2, (host, given, options) => statCall(host, given, options, 'lstat')),
  statfs: call(2, (host, given, options) => {
    const path = toPath(given);
    return () => {
      renamed(() => host.core.stat(path), 'statfs', path);
      return nodeStatFs(loose(options)['bigint'] === true);
    };
  }),
  rename: call(2, (host, from, to) => {
    const [source, target] = [toPath(from, 'oldPath'), toPath(to, 'newPath')];
    return () => host.core.rename(source, target);
  }),
  link: call(2, (host, from, to) => {
    const [source, target] = [toPath(from, 'existingPath'), toPath(to, 'newPath')];
    return () => host.core.link(source, target);
  }),
  symlink: call(3, (host, to, given) => {
    const [target, path] = [toPath(to, 'target'), toPath(given)];
    return () => host.core.symlink(target, path);
  }),
  readlink: call(2, (host, given, options) => {
    const { encoding } = toOptions(options);
    const path = toPath(given, 'oldPath');
    return () => encodeName(host.core.readlink(path), encoding);
  }),
  unlink: call(1, (host, given) => {
    const path = toPath(given);
    return () => host.core.unlink(path);
  }),
  mkdir: call(2, (host, given, options) => {
    const bare = typeof options === 'number' || typeof options === 'string';
    const { recursive = false, mode = 0o777 } = bare ? { mode: options } : loose(options);
    const path = toPath(given);
    const bits = toMode(mode);
    return toBoolean(recursive, 'options.recursive')
      ? () => host.core.mkdirp(path, bits)
      : () => host.core.mkdir(path, bits);
  }),
  mkdtemp: call(2, (host, prefix, options) => {
    const { encoding } = toOptions(options);
    const start = toPath(prefix, 'prefix');
    return () => encodeName(mkdtemp(host, start), encoding);
  }),
  rmdir: call(2, (host, given, options) => {
    const path = toPath(given);
    const recursive = loose(options)['recursive'];
    if (recursive !== undefined) toBoolean(recursive, 'options.recursive');
    if (recursive !== true) return () => host.core.rmdir(path);
    return () => removeDirectory(host.core, path);
  }),
  rm: call(2, (host, given, options) => {
    const path = toPath(given);
    if (options !== undefined && (options === null || typeof options !== 'object')) {
      throw wrongType('options', 'of type object', options);
    }
    const all = { ...RM_OPTIONS, ...options };
    const recursive = toBoolean(all.recursive, 'options.recursive');
    toInteger(all.retryDelay, 'options.retryDelay', 0, 2 ** 31 - 1);
    toInteger(all.maxRetries, 'options.maxRetries', 0, 2 ** 32 - 1);
    const force = toBoolean(all.force, 'options.force');
    return () => remove(host.core, path, { force, recursive });
  }),
  chmod: call(2, (host, given, mode) => {
    const path = toPath(given);
    const bits = toMode(mode);
    return () => host.core.chmod(path, bits);
  }),
  chown: call(3, (host, given, uid, gid) => {
    const path = toPath(given);
    const [user, group] = [toOwner(uid, 'uid'), toOwner(gid, 'gid')];
    return () => host.core.chown(path, user, group);
  }),
  lchown: call(3, (host, given, uid, gid) => {
    const path = toPath(given);
    const [user, group] = [toOwner(uid, 'uid'), toOwner(gid, 'gid')];
    return () => host.core.lchown(path, user, group);
  }),
  utimes: call(3, (host, given, atime, mtime) => {
    const path = toPath(given);
    const [first, second] = [toTime(atime, host.now), toTime(mtime, host.now)];
    return () => host.core.utimes(path, first, second);
  }),
  lutimes: call(3, (host, given, atime, mtime) => {
    const path = toPath(given);
    const [first, second] = [toTime(atime, host.now), toTime(mtime, host.now)];
    return () => host.core.lutimes(path, first, second);
  }),
  copyFile: call(3, (host, from, to, mode) => {
    const [source, target] = [toPath(from, 'src'), toPath(to, 'dest')];
    const flags = toSmallMode(mode);
    return () => host.core.copyFile(source, target, flags);
  }),
};

/** The two kinds of realpath: Node's own, part by part, and the system's. Promises have the system's only. */
export const REALPATH: Call = call(2, (host, given, options) => {
  const { encoding } = toOptions(options);
  const path = toPath(given instanceof URL ? given : String(given));
  return () => encodeName(realpathByParts(host.core, path), encoding);
});

export const NATIVE_REALPATH: Call = call(2, (host, given, options) => {
  const { encoding } = toOptions(options);
  const path = toPath(given);
  return () => encodeName(host.core.realpath(path), encoding);
});

function statCall(host: Host, given: unknown, options: unknown, name: 'stat' | 'lstat'): () => unknown {
  const path = toPath(given);
  const bigint = wantsBigInts(options);
  return () => nodeStats(host.core[name](path), bigint);
}

/** An error of the core under the name of the call that the program made. */
function renamed(attempt: () => unknown, syscall: string, path: string): void {
  try {
    attempt();
  } catch (error) {
    const { code } = error as { code?: Parameters<typeof diskError>[0] };
    throw code === undefined ? error : diskError(code, syscall, path);
  }
}

function mkdtemp(host: Host, prefix: string): string {
  for (;;) {
    const path = prefix + (host.names.next++).toString(36).padStart(6, '0');
    try {
      host.core.mkdir(path, 0o700);
      return path;
    } catch (error) {
      const { code } = error as { code?: Parameters<typeof diskError>[0] };
      if (code === undefined) throw error;
      if (code !== 'EEXIST') throw diskError(code, 'mkdtemp', `${prefix}XXXXXX`);
    }
  }
}

const RM_OPTIONS = { force: false, recursive: false, retryDelay: 100, maxRetries: 0 };

function remove(core: Core, path: string, options: { force: boolean; recursive: boolean }): void {
  if (!options.recursive && tryIsDirectory(core, path)) {
    throw systemError('ERR_FS_EISDIR', 'EISDIR', 'is a directory', 'rm', path);
  }
  core.rm(path, options);
}

function tryIsDirectory(core: Core, path: string): boolean {
  try {
    return core.lstat(path).isDirectory();
  } catch (error) {
    // Left to the call itself, which says it better.
    if ((error as { code?: string }).code === undefined) throw error;
    return false;
  }
}

/** `rmdir` with `recursive`, as Node still has it: a tree goes, a file or nothing is an error. */
function removeDirectory(core: Core, path: string): void {
  if ((core.lstat(path).mode & constants.S_IFMT) === constants.S_IFDIR) core.removeTree(path);
  else core.rmdir(path);
}
