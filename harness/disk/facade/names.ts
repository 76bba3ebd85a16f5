import type { Core } from '../core/core.ts';
import type { Stats } from '../core/stats.ts';
import { type PathLike, toInteger, toMode, toPath, wrongValue } from './arguments.ts';
import { Dirent } from './dirent.ts';
import type { Calls } from './files.ts';
import { checkOptions, checkStatOptions, encodeName, nameEncoding, toFlag } from './options.ts';
import { atOnce, type Turns } from './turns.ts';

type StatOptions = { readonly bigint?: false };

/** The half of the facade that is about names: directories, links, renames, removals, and looking. */
export class NameCalls {
  protected readonly core: Core;
  protected readonly turns: Turns;
  protected readonly calls: Calls;
  #temporaries = 0;

  /** @param turns when calls take effect */
  constructor(core: Core, turns: Turns = atOnce) {
    this.core = core;
    this.turns = turns;
    this.calls = { core, turns };
  }

  readdir(
    path: PathLike,
    options?:
      BufferEncoding | { readonly encoding?: BufferEncoding | null; readonly withFileTypes?: false } | null,
  ): Promise<string[]>;
  readdir(
    path: PathLike,
    options: { readonly encoding?: BufferEncoding | null; readonly withFileTypes: true },
  ): Promise<Dirent[]>;
  async readdir(path: PathLike, given?: unknown): Promise<string[] | Dirent[]> {
    const options: Record<string, unknown> =
      typeof given === 'string' ? { encoding: given } : checkOptions(given, ['encoding', 'withFileTypes']);
    const encoding = nameEncoding(options['encoding']);
    const dir = toPath(path);
    const about = { call: 'readdir', path: dir };
    if (toFlag(options['withFileTypes'], 'withFileTypes')) {
      const entries = await this.turns.take(about, () => this.core.readdirTypes(dir));
      return entries.map(({ name, kind }) => new Dirent({ name: encodeName(name, encoding), kind }, dir));
    }
    const names = await this.turns.take(about, () => this.core.readdir(dir));
    return encoding === 'utf8' ? names : names.map((name) => encodeName(name, encoding));
  }

  async stat(path: PathLike, options?: StatOptions): Promise<Stats> {
    if (options !== undefined) checkStatOptions(options);
    const file = toPath(path);
    return await this.turns.take({ call: 'stat', path: file }, () => this.core.stat(file));
  }

  async lstat(path: PathLike, options?: StatOptions): Promise<Stats> {
    if (options !== undefined) checkStatOptions(options);
    const file = toPath(path);
    return await this.turns.take({ call: 'lstat', path: file }, () => this.core.lstat(file));
  }

  async access(path: PathLike, mode?: number): Promise<void> {
    const file = toPath(path);
    const wanted = mode === undefined ? 0 : toInteger(mode, 'mode', 0, 7);
    await this.turns.take({ call: 'access', path: file }, () => this.core.access(file, wanted));
  }

  mkdir(
    path: PathLike,
    options?: number | string | { readonly mode?: number | string; readonly recursive?: false } | null,
  ): Promise<undefined>;
  mkdir(
    path: PathLike,
    options: { readonly mode?: number | string; readonly recursive?: boolean },
  ): Promise<string | undefined>;
  async mkdir(path: PathLike, given?: unknown): Promise<string | undefined> {
    const dir = toPath(path);
    const whole = typeof given === 'object' && given !== null;
    const options: Record<string, unknown> = whole
      ? checkOptions(given, ['mode', 'recursive'])
      : { mode: given };
    const mode = toMode(options['mode'], 0o777);
    const about = { call: 'mkdir', path: dir };
    if (toFlag(options['recursive'], 'recursive')) {
      return await this.turns.take(about, () => this.core.mkdirp(dir, mode));
    }
    await this.turns.take(about, () => this.core.mkdir(dir, mode));
    return undefined;
  }

  /** Of an empty directory; `rm` takes whole trees. */
  async rmdir(path: PathLike, options?: { readonly recursive?: false }): Promise<void> {
    if (options !== undefined) {
      const { recursive } = checkOptions(options, ['recursive', 'maxRetries', 'retryDelay']);
      if (toFlag(recursive, 'recursive')) throw wrongValue('options.recursive', 'is for rm', true);
    }
    const dir = toPath(path);
    await this.turns.take({ call: 'rmdir', path: dir }, () => this.core.rmdir(dir));
  }

  /** Retries are accepted and never needed: nothing else uses this disk. */
  async rm(
    path: PathLike,
    options?: {
      readonly recursive?: boolean;
      readonly force?: boolean;
      readonly maxRetries?: number;
      readonly retryDelay?: number;
    },
  ): Promise<void> {
    const checked = checkOptions(options, ['recursive', 'force', 'maxRetries', 'retryDelay']);
    const recursive = toFlag(checked['recursive'], 'recursive');
    const force = toFlag(checked['force'], 'force');
    const file = toPath(path);
    await this.turns.take({ call: 'rm', path: file }, () => this.core.rm(file, { recursive, force }));
  }

  async unlink(path: PathLike): Promise<void> {
    const file = toPath(path);
    await this.turns.take({ call: 'unlink', path: file }, () => this.core.unlink(file));
  }

  async rename(from: PathLike, to: PathLike): Promise<void> {
    const about = { call: 'rename', path: toPath(from, 'oldPath'), to: toPath(to, 'newPath') };
    await this.turns.take(about, () => this.core.rename(about.path, about.to));
  }

  async link(existing: PathLike, path: PathLike): Promise<void> {
    const about = { call: 'link', path: toPath(existing, 'existingPath'), to: toPath(path, 'newPath') };
    await this.turns.take(about, () => this.core.link(about.path, about.to));
  }

  /** The type is for Windows, here as in Node. */
  async symlink(target: PathLike, path: PathLike, _type?: 'file' | 'dir' | 'junction' | null): Promise<void> {
    const text = toPath(target, 'target');
    const file = toPath(path);
    await this.turns.take({ call: 'symlink', path: file }, () => this.core.symlink(text, file));
  }

  async readlink(
    path: PathLike,
    options?: BufferEncoding | { readonly encoding?: BufferEncoding | null } | null,
  ): Promise<string> {
    const file = toPath(path);
    const encoding = nameEncoding(options);
    const text = await this.turns.take({ call: 'readlink', path: file }, () => this.core.readlink(file));
    return encodeName(text, encoding);
  }

  async realpath(
    path: PathLike,
    options?: BufferEncoding | { readonly encoding?: BufferEncoding | null } | null,
  ): Promise<string> {
    const file = toPath(path);
    const encoding = nameEncoding(options);
    const real = await this.turns.take({ call: 'realpath', path: file }, () => this.core.realpath(file));
    return encodeName(real, encoding);
  }

  /** The six characters come from a counter, not from chance: a life must run the same way twice. */
  async mkdtemp(prefix: PathLike): Promise<string> {
    const base = toPath(prefix, 'prefix');
    return await this.turns.take({ call: 'mkdtemp', path: base }, () => {
      for (;;) {
        const path = base + (this.#temporaries++).toString(36).padStart(6, '0');
        if (this.#makeTemporary(path)) return path;
      }
    });
  }

  /** False if there is one of that name, left by an earlier life. */
  #makeTemporary(path: string): boolean {
    try {
      this.core.mkdir(path, 0o700);
      return true;
    } catch (error) {
      if ((error as { code?: string }).code === 'EEXIST') return false;
      throw error;
    }
  }
}
