import { dirname, isAbsolute, join, resolve, sep } from 'node:path/posix';
import type { Core } from '../core/core.ts';
import type { Stats } from '../core/stats.ts';
import { argumentError } from '../errors.ts';
import { systemError } from './system-error.ts';
import { type Options, toBoolean, toInteger, toPath, wrongType } from './validate.ts';

/** What a filter answers may be a promise, in the asynchronous forms. It is yielded, and its answer handed back. */
export type Copying = Generator<unknown, void, unknown>;

interface Given {
  readonly dereference: boolean;
  readonly errorOnExist: boolean;
  readonly filter: ((from: string, to: string) => unknown) | undefined;
  readonly force: boolean;
  readonly mode: number;
  readonly preserveTimestamps: boolean;
  readonly recursive: boolean;
  readonly verbatimSymlinks: boolean;
}

interface CpOptions extends Given {
  readonly form: CopyForm;
}

/** Which of Node's two copies: they are written twice there, and look at different ends of a link over a link. */
export type CopyForm = 'sync' | 'async';

/** `fs.cp`: files, symlinks and, with `recursive`, directories, in the steps that Node 20 takes. */
export function prepareCp(
  core: Core,
  form: CopyForm,
  from: unknown,
  to: unknown,
  given: unknown,
): () => Copying {
  const options = { ...toCpOptions(given), form };
  const [source, target] = [toPath(from, 'src'), toPath(to, 'dest')];
  return function* () {
    const found = yield* inspect(core, source, target, options);
    if (found === undefined) return;
    if (found.from.isDirectory()) checkParents(core, source, found.from, target);
    const parent = dirname(target);
    if (tryStat(core, parent, true) === undefined) core.mkdirp(parent);
    yield* copy(core, source, target, found.to, options);
  };
}

function toCpOptions(given: unknown): Given {
  if (given !== undefined && (given === null || typeof given !== 'object')) {
    throw wrongType('options', 'of type object', given);
  }
  const options: Options = { ...DEFAULTS, ...(given as Options | undefined) };
  const flag = (name: string): boolean => toBoolean(options[name], `options.${name}`);
  const { filter, mode } = options;
  const checked = {
    dereference: flag('dereference'),
    errorOnExist: flag('errorOnExist'),
    force: flag('force'),
    preserveTimestamps: flag('preserveTimestamps'),
    recursive: flag('recursive'),
    verbatimSymlinks: flag('verbatimSymlinks'),
    mode: mode === undefined || mode === null ? 0 : toInteger(mode, 'mode', 0, 7),
    filter: filter as Given['filter'],
  };
  if (checked.dereference && checked.verbatimSymlinks) {
    const message = 'Option "dereference" cannot be used in combination with option "verbatimSymlinks"';
    throw argumentError('ERR_INCOMPATIBLE_OPTION_PAIR', message);
  }
  if (filter !== undefined && typeof filter !== 'function') {
    throw wrongType('options.filter', 'of type function', filter);
  }
  return checked;
}

const DEFAULTS: Options = {
  dereference: false,
  errorOnExist: false,
  force: true,
  preserveTimestamps: false,
  recursive: false,
  verbatimSymlinks: false,
};

function tryStat(core: Core, path: string, follow: boolean): Stats | undefined {
  try {
    return follow ? core.stat(path) : core.lstat(path);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOENT') throw error;
    return undefined;
  }
}

/** What is at both ends, if the filter wants it copied; throws if the one can't be copied to the other. */
function* inspect(
  core: Core,
  from: string,
  to: string,
  options: CpOptions,
): Generator<unknown, { from: Stats; to: Stats | undefined } | undefined, unknown> {
  if (options.filter !== undefined && !(yield options.filter(from, to))) return undefined;
  const source = options.dereference ? core.stat(from) : core.lstat(from);
  const target = tryStat(core, to, options.dereference);
  if (target !== undefined) {
    if (target.ino === source.ino) {
      throw systemError('ERR_FS_CP_EINVAL', 'EINVAL', 'src and dest cannot be the same', 'cp', to);
    }
    if (source.isDirectory() && !target.isDirectory()) {
      const message = `cannot overwrite non-directory ${to} with directory ${from}`;
      throw systemError('ERR_FS_CP_DIR_TO_NON_DIR', 'EISDIR', message, 'cp', to);
    }
    if (!source.isDirectory() && target.isDirectory()) {
      const message = `cannot overwrite directory ${to} with non-directory ${from}`;
      throw systemError('ERR_FS_CP_NON_DIR_TO_DIR', 'ENOTDIR', message, 'cp', to);
    }
  }
  if (source.isDirectory() && isBelow(from, to)) throw intoItself(from, to, to);
  return { from: source, to: target };
}

function isBelow(from: string, to: string): boolean {
  const parts = (path: string): string[] => resolve('/', path).split(sep).filter(Boolean);
  const [above, below] = [parts(from), parts(to)];
  return above.every((part, index) => below[index] === part);
}

function intoItself(from: string, to: string, path: string): Error {
  const message = `cannot copy ${from} to a subdirectory of self ${to}`;
  return systemError('ERR_FS_CP_EINVAL', 'EINVAL', message, 'cp', path);
}

function checkParents(core: Core, from: string, source: Stats, to: string): void {
  const above = resolve('/', dirname(from));
  for (let parent = resolve('/', dirname(to)); parent !== above && parent !== '/'; parent = dirname(parent)) {
    const stat = tryStat(core, parent, true);
    if (stat === undefined) continue;
    if (stat.ino === source.ino) throw intoItself(from, to, to);
  }
}

function* copy(core: Core, from: string, to: string, there: Stats | undefined, options: CpOptions): Copying {
  const stat = options.dereference ? core.stat(from) : core.lstat(from);
  if (stat.isSymbolicLink()) return copyLink(core, from, to, there, options);
  if (!stat.isDirectory()) return copyData(core, from, to, stat, there, options);
  if (!options.recursive) {
    const message = `${from} is a directory (not copied)`;
    throw systemError('ERR_FS_EISDIR', 'EISDIR', message, 'cp', from);
  }
  if (there === undefined) core.mkdir(to);
  for (const { name } of core.readdirTypes(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    const found = yield* inspect(core, source, target, options);
    if (found !== undefined) yield* copy(core, source, target, found.to, options);
  }
  if (there === undefined) core.chmod(to, stat.mode);
}

function copyData(
  core: Core,
  from: string,
  to: string,
  stat: Stats,
  there: Stats | undefined,
  options: CpOptions,
): void {
  if (there !== undefined) {
    if (!options.force) {
      if (!options.errorOnExist) return;
      throw systemError('ERR_FS_CP_EEXIST', 'EEXIST', `${to} already exists`, 'cp', to);
    }
    core.unlink(to);
  }
  core.copyFile(from, to, options.mode);
  if (options.preserveTimestamps) {
    if ((stat.mode & 0o200) === 0) core.chmod(to, stat.mode | 0o200);
    const { atimeMs, mtimeMs } = core.stat(from);
    core.utimes(to, atimeMs, mtimeMs);
  }
  core.chmod(to, stat.mode);
}

function copyLink(core: Core, from: string, to: string, there: Stats | undefined, options: CpOptions): void {
  let target = core.readlink(from);
  if (!options.verbatimSymlinks && !isAbsolute(target)) target = resolve('/', dirname(from), target);
  if (there === undefined) return core.symlink(target, to);
  if (!there.isSymbolicLink()) return core.symlink(target, to);
  const old = resolve('/', dirname(to), core.readlink(to));
  // Also of files, and of what isn't there: Node compares the texts alone.
  if (isBelow(target, old)) throw intoItself(target, old, to);
  if (core.stat(options.form === 'sync' ? to : from).isDirectory() && isBelow(old, target)) {
    const message = `cannot overwrite ${old} with ${target}`;
    throw systemError('ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY', 'EINVAL', message, 'cp', to);
  }
  core.unlink(to);
  core.symlink(target, to);
}
