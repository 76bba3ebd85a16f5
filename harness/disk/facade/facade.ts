import { constants } from 'node:fs';
import type { Core } from '../core/core.ts';
import { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } from '../core/constants.ts';
import type { Stats } from '../core/stats.ts';
import {
  type Data,
  type PathLike,
  toBytes,
  toFlags,
  toInteger,
  toMilliseconds,
  toMode,
  toPath,
  toSize,
} from './arguments.ts';
import { isPieces, type Pieces, writePieces } from './contents.ts';
import { lost } from './cut.ts';
import { Dirent } from './dirent.ts';
import { Handle } from './handle.ts';
import {
  checkOptions,
  checkStatOptions,
  encodeName,
  nameEncoding,
  readOptions,
  type ReadOptions,
  toFlag,
  writeOptions,
  type WriteOptions,
} from './options.ts';

const WRITE = O_WRONLY | O_CREAT | O_TRUNC;
const APPEND = O_WRONLY | O_CREAT | O_APPEND;
type Time = Date | number | string;
type StatOptions = { readonly bigint?: false };

/**
 * The part of `node:fs/promises` that most programs use, straight on the core: the fast way for code that takes its
 * file system as an argument. Everything happens at the call, in the order of the calls. What is not supported is
 * refused with an `ERR_...` error and never ignored. After a power cut no promise settles any more.
 */
export class Facade {
  readonly #core: Core;
  #temporaries = 0;

  constructor(core: Core) {
    this.#core = core;
  }

  get constants(): typeof constants {
    return constants;
  }

  async open(path: PathLike, flags?: string | number, mode?: number | string): Promise<Handle> {
    try {
      const fd = this.#core.open(toPath(path), toFlags(flags, 0), toMode(mode, 0o666));
      return new Handle(this.#core, fd);
    } catch (error) {
      return lost(error);
    }
  }

  readFile(
    path: PathLike | Handle,
    options?: (ReadOptions & { readonly encoding?: 'buffer' | null }) | null,
  ): Promise<Buffer>;
  readFile(
    path: PathLike | Handle,
    options: BufferEncoding | (ReadOptions & { readonly encoding: BufferEncoding }),
  ): Promise<string>;
  async readFile(path: PathLike | Handle, options?: unknown): Promise<Buffer | string> {
    try {
      if (path instanceof Handle) return await path.readFile(options as BufferEncoding);
      const { encoding, flags } = readOptions(options);
      const data = this.#core.readFile(toPath(path), flags);
      return encoding === null ? data : data.toString(encoding);
    } catch (error) {
      return lost(error);
    }
  }

  writeFile(
    path: PathLike | Handle,
    data: Data | Pieces,
    options?: WriteOptions | BufferEncoding | null,
  ): Promise<void> {
    return this.#writeFile(path, data, options, WRITE);
  }

  appendFile(
    path: PathLike | Handle,
    data: Data | Pieces,
    options?: WriteOptions | BufferEncoding | null,
  ): Promise<void> {
    return this.#writeFile(path, data, options, APPEND);
  }

  async #writeFile(
    path: PathLike | Handle,
    data: Data | Pieces,
    options: WriteOptions | BufferEncoding | null | undefined,
    flags: number,
  ): Promise<void> {
    try {
      if (path instanceof Handle) return await path.writeFile(data, options);
      const checked = writeOptions(options, flags);
      const file = toPath(path);
      if (!isPieces(data)) return this.#core.writeFile(file, toBytes(data, checked.encoding), checked);
      const signal = typeof options === 'object' ? options?.signal : undefined;
      await writePieces(this.#core, file, data, checked, signal);
    } catch (error) {
      return lost(error);
    }
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
        return this.#core
          .readdirTypes(dir)
          .map(({ name, kind }) => new Dirent({ name: encodeName(name, encoding), kind }, dir));
      }
      const names = this.#core.readdir(dir);
      return encoding === 'utf8' ? names : names.map((name) => encodeName(name, encoding));
    } catch (error) {
      return lost(error);
    }
  }

  async stat(path: PathLike, options?: StatOptions): Promise<Stats> {
    try {
      if (options !== undefined) checkStatOptions(options);
      return this.#core.stat(toPath(path));
    } catch (error) {
      return lost(error);
    }
  }

  async lstat(path: PathLike, options?: StatOptions): Promise<Stats> {
    try {
      if (options !== undefined) checkStatOptions(options);
      return this.#core.lstat(toPath(path));
    } catch (error) {
      return lost(error);
    }
  }

  async access(path: PathLike, mode?: number): Promise<void> {
    try {
      this.#core.access(toPath(path), mode === undefined ? 0 : toInteger(mode, 'mode', 0, 7));
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
      if (toFlag(options['recursive'], 'recursive')) return this.#core.mkdirp(dir, mode);
      this.#core.mkdir(dir, mode);
      return undefined;
    } catch (error) {
      return lost(error);
    }
  }

  /** Of an empty directory; `rm` takes whole trees. */
  async rmdir(path: PathLike): Promise<void> {
    try {
      this.#core.rmdir(toPath(path));
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
      this.#core.rm(toPath(path), { recursive, force: toFlag(checked['force'], 'force') });
    } catch (error) {
      return lost(error);
    }
  }

  async unlink(path: PathLike): Promise<void> {
    try {
      this.#core.unlink(toPath(path));
    } catch (error) {
      return lost(error);
    }
  }

  async rename(from: PathLike, to: PathLike): Promise<void> {
    try {
      this.#core.rename(toPath(from, 'oldPath'), toPath(to, 'newPath'));
    } catch (error) {
      return lost(error);
    }
  }

  async link(existing: PathLike, path: PathLike): Promise<void> {
    try {
      this.#core.link(toPath(existing, 'existingPath'), toPath(path, 'newPath'));
    } catch (error) {
      return lost(error);
    }
  }

  /** The type is for Windows, here as in Node. */
  async symlink(target: PathLike, path: PathLike, _type?: 'file' | 'dir' | 'junction' | null): Promise<void> {
    try {
      this.#core.symlink(toPath(target, 'target'), toPath(path));
    } catch (error) {
      return lost(error);
    }
  }

  async readlink(
    path: PathLike,
    options?: BufferEncoding | { readonly encoding?: BufferEncoding | null } | null,
  ): Promise<string> {
    try {
      return encodeName(this.#core.readlink(toPath(path)), nameEncoding(options));
    } catch (error) {
      return lost(error);
    }
  }

  async realpath(
    path: PathLike,
    options?: BufferEncoding | { readonly encoding?: BufferEncoding | null } | null,
  ): Promise<string> {
    try {
      return encodeName(this.#core.realpath(toPath(path)), nameEncoding(options));
    } catch (error) {
      return lost(error);
    }
  }

  async chmod(path: PathLike, mode: number | string): Promise<void> {
    try {
      this.#core.chmod(toPath(path), toMode(mode));
    } catch (error) {
      return lost(error);
    }
  }

  async truncate(path: PathLike, size?: number | null): Promise<void> {
    try {
      this.#core.truncate(toPath(path), toSize(size));
    } catch (error) {
      return lost(error);
    }
  }

  /** Dates, or seconds since 1970. */
  async utimes(path: PathLike, atime: Time, mtime: Time): Promise<void> {
    try {
      this.#core.utimes(toPath(path), toMilliseconds(atime), toMilliseconds(mtime));
    } catch (error) {
      return lost(error);
    }
  }

  /** `mode`: COPYFILE_EXCL and COPYFILE_FICLONE of `constants`. */
  async copyFile(from: PathLike, to: PathLike, mode?: number): Promise<void> {
    try {
      this.#core.copyFile(
        toPath(from, 'src'),
        toPath(to, 'dest'),
        mode === undefined ? 0 : toInteger(mode, 'mode', 0, 7),
      );
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
      this.#core.mkdir(path, 0o700);
      return true;
    } catch (error) {
      if ((error as { code?: string }).code === 'EEXIST') return false;
      throw error;
    }
  }
}

/** The `node:fs/promises` of one life. */
export function createFacade(core: Core): Facade {
  return new Facade(core);
}
