import type { Core } from '../core/core.ts';
import type { Stats } from '../core/stats.ts';
import { type PathLike, toInteger, toMode, toPath, wrongValue } from './arguments.ts';
import { lost } from './cut.ts';
import { Dirent } from './dirent.ts';
import { checkOptions, checkStatOptions, encodeName, nameEncoding, toFlag } from './options.ts';

type StatOptions = { readonly bigint?: false };

/** The half of the facade that is about names: directories, links, renames, removals, and looking. */
export class NameCalls {
  protected readonly core: Core;
  #temporaries = 0;

  constructor(core: Core) {
    this.core = core;
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
    try {
      const options: Record<string, unknown> =
        typeof given === 'string' ? { encoding: given } : checkOptions(given, ['encoding', 'withFileTypes']);
      const encoding = nameEncoding(options['encoding']);
      const dir = toPath(path);
      if (toFlag(options['withFileTypes'], 'withFileTypes')) {
        return this.core
          .readdirTypes(dir)
          .map(({ name, kind }) => new Dirent({ name: encodeName(name, encoding), kind }, dir));
      }
      const names = this.core.readdir(dir);
      return encoding === 'utf8' ? names : names.map((name) => encodeName(name, encoding));
    } catch (error) {
      return lost(error);
    }
  }

  async stat(path: PathLike, options?: StatOptions): Promise<Stats> {
    try {
      if (options !== undefined) checkStatOptions(options);
      return this.core.stat(toPath(path));
    } catch (error) {
      return lost(error);
    }
  }

  async lstat(path: PathLike, options?: StatOptions): Promise<Stats> {
    try {
      if (options !== undefined) checkStatOptions(options);
      return this.core.lstat(toPath(path));
    } catch (error) {
      return lost(error);
    }
  }

  async access(path: PathLike, mode?: number): Promise<void> {
    try {
      this.core.access(toPath(path), mode === undefined ? 0 : toInteger(mode, 'mode', 0, 7));
    } catch (error) {
      return lost(error);
    }
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
    try {
      const dir = toPath(path);
      const whole = typeof given === 'object' && given !== null;
      const options: Record<string, unknown> = whole
        ? checkOptions(given, ['mode', 'recursive'])
        : { mode: given };
      const mode = toMode(options['mode'], 0o777);
      if (toFlag(options['recursive'], 'recursive')) return this.core.mkdirp(dir, mode);
      this.core.mkdir(dir, mode);
      return undefined;
    } catch (error) {
      return lost(error);
    }
  }

  /** Of an empty directory; `rm` takes whole trees. */
  async rmdir(path: PathLike, options?: { readonly recursive?: false }): Promise<void> {
    try {
      if (options !== undefined) {
        const { recursive } = checkOptions(options, ['recursive', 'maxRetries', 'retryDelay']);
        if (toFlag(recursive, 'recursive')) throw wrongValue('options.recursive', 'is for rm', true);
      }
      this.core.rmdir(toPath(path));
    } catch (error) {
      return lost(error);
    }
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
    try {
      const checked = checkOptions(options, ['recursive', 'force', 'maxRetries', 'retryDelay']);
      const recursive = toFlag(checked['recursive'], 'recursive');
      this.core.rm(toPath(path), { recursive, force: toFlag(checked['force'], 'force') });
    } catch (error) {
      return lost(error);
    }
  }

  async unlink(path: PathLike): Promise<void> {
    try {
      this.core.unlink(toPath(path));
    } catch (error) {
      return lost(error);
    }
  }

  async rename(from: PathLike, to: PathLike): Promise<void> {
    try {
      this.core.rename(toPath(from, 'oldPath'), toPath(to, 'newPath'));
    } catch (error) {
      return lost(error);
    }
  }

  async link(existing: PathLike, path: PathLike): Promise<void> {
    try {
      this.core.link(toPath(existing, 'existingPath'), toPath(path, 'newPath'));
    } catch (error) {
      return lost(error);
    }
  }

  /** The type is for Windows, here as in Node. */
  async symlink(target: PathLike, path: PathLike, _type?: 'file' | 'dir' | 'junction' | null): Promise<void> {
    try {
      this.core.symlink(toPath(target, 'target'), toPath(path));
    } catch (error) {
      return lost(error);
    }
  }

  async readlink(
    path: PathLike,
    options?: BufferEncoding | { readonly encoding?: BufferEncoding | null } | null,
  ): Promise<string> {
    try {
      return encodeName(this.core.readlink(toPath(path)), nameEncoding(options));
    } catch (error) {
      return lost(error);
    }
  }

  async realpath(
    path: PathLike,
    options?: BufferEncoding | { readonly encoding?: BufferEncoding | null } | null,
  ): Promise<string> {
    try {
      return encodeName(this.core.realpath(toPath(path)), nameEncoding(options));
    } catch (error) {
      return lost(error);
    }
  }

  /** The six characters come from a counter, not from chance: a life must run the same way twice. */
  async mkdtemp(prefix: PathLike): Promise<string> {
    try {
      const base = toPath(prefix, 'prefix');
      for (;;) {
        const path = base + (this.#temporaries++).toString(36).padStart(6, '0');
        if (this.#makeTemporary(path)) return path;
      }
    } catch (error) {
      return lost(error);
    }
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
