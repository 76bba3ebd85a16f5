import { constants } from 'node:fs';
import type { Core } from '../core/core.ts';
import { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } from '../core/constants.ts';
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
import { Handle } from './handle.ts';
import { NameCalls } from './names.ts';
import { readOptions, type ReadOptions, writeOptions, type WriteOptions } from './options.ts';

const WRITE = O_WRONLY | O_CREAT | O_TRUNC;
const APPEND = O_WRONLY | O_CREAT | O_APPEND;
type Time = Date | number | string;

/**
 * The part of `node:fs/promises` that most programs use, straight on the core: the fast way for code that takes its
 * file system as an argument. Everything happens at the call, in the order of the calls. What is not supported is
 * refused with an `ERR_...` error and never ignored. After a power cut no promise settles any more.
 */
export class Facade extends NameCalls {
  get constants(): typeof constants {
    return constants;
  }

  async open(path: PathLike, flags?: string | number, mode?: number | string): Promise<Handle> {
    try {
      const fd = this.core.open(toPath(path), toFlags(flags, 0), toMode(mode, 0o666));
      return new Handle(this.core, fd);
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
      const data = this.core.readFile(toPath(path), flags);
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
      if (!isPieces(data)) return this.core.writeFile(file, toBytes(data, checked.encoding), checked);
      const signal = typeof options === 'object' ? options?.signal : undefined;
      await writePieces(this.core, file, data, checked, signal);
    } catch (error) {
      return lost(error);
    }
  }

  async chmod(path: PathLike, mode: number | string): Promise<void> {
    try {
      this.core.chmod(toPath(path), toMode(mode));
    } catch (error) {
      return lost(error);
    }
  }

  async truncate(path: PathLike, size?: number | null): Promise<void> {
    try {
      this.core.truncate(toPath(path), toSize(size));
    } catch (error) {
      return lost(error);
    }
  }

  /** Dates, or seconds since 1970. */
  async utimes(path: PathLike, atime: Time, mtime: Time): Promise<void> {
    try {
      this.core.utimes(toPath(path), toMilliseconds(atime), toMilliseconds(mtime));
    } catch (error) {
      return lost(error);
    }
  }

  /** sync(2), for programs that call it by other means: Node has no function for it. Makes everything durable. */
  async sync(): Promise<void> {
    try {
      this.core.sync();
    } catch (error) {
      return lost(error);
    }
  }

  /**
   * syncfs(2) by path, for programs that call it by other means, such as coreutils' `sync -f`: all of the file system
   * that holds the path is durable when it has returned.
   */
  async syncfs(path: PathLike): Promise<void> {
    try {
      const fd = this.core.open(toPath(path));
      try {
        this.core.syncfs(fd);
      } finally {
        this.core.close(fd);
      }
    } catch (error) {
      return lost(error);
    }
  }

  /** `mode`: COPYFILE_EXCL and COPYFILE_FICLONE of `constants`. */
  async copyFile(from: PathLike, to: PathLike, mode?: number): Promise<void> {
    try {
      this.core.copyFile(
        toPath(from, 'src'),
        toPath(to, 'dest'),
        mode === undefined ? 0 : toInteger(mode, 'mode', 0, 7),
      );
    } catch (error) {
      return lost(error);
    }
  }
}

/** The `node:fs/promises` of one life. */
export function createFacade(core: Core): Facade {
  return new Facade(core);
}
