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
import { readFile, truncate, writeFile } from './files.ts';
import { Handle } from './handle.ts';
import { NameCalls } from './names.ts';
import { refuseTheRest } from './not-here.ts';
import { readOptions, type ReadOptions, writeOptions, type WriteOptions } from './options.ts';
import type { Turns } from './turns.ts';

const WRITE = O_WRONLY | O_CREAT | O_TRUNC;
const APPEND = O_WRONLY | O_CREAT | O_APPEND;
type Time = Date | number | string;

/**
 * The part of `node:fs/promises` that most programs use, straight on the core: the fast way for code that takes its
 * file system as an argument. Calls take effect in turns, in the order in which they were made. What is not supported
 * is refused with an `ERR_...` error and never ignored. After a power cut no promise settles any more.
 */
export class Facade extends NameCalls {
  get constants(): typeof constants {
    return constants;
  }

  /** Code that takes all of `fs` asks for its promises like this. */
  get promises(): this {
    return this;
  }

  async open(path: PathLike, flags?: string | number, mode?: number | string): Promise<Handle> {
    const file = toPath(path);
    const [numbers, bits] = [toFlags(flags, 0), toMode(mode, 0o666)];
    const about = { call: 'open', path: file };
    const fd = await this.turns.take(about, () => this.core.open(file, numbers, bits));
    return new Handle(this.core, fd, this.turns);
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
    if (path instanceof Handle) return await path.readFile(options as BufferEncoding);
    const { encoding, flags } = readOptions(options);
    const data = await readFile(this.calls, toPath(path), flags);
    return encoding === null ? data : data.toString(encoding);
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
    if (path instanceof Handle) return await path.writeFile(data, options);
    const checked = writeOptions(options, flags);
    const file = toPath(path);
    if (!isPieces(data)) return await writeFile(this.calls, file, toBytes(data, checked.encoding), checked);
    const signal = typeof options === 'object' ? options?.signal : undefined;
    await writePieces(this.calls, file, data, checked, signal);
  }

  async chmod(path: PathLike, mode: number | string): Promise<void> {
    const [file, bits] = [toPath(path), toMode(mode)];
    await this.turns.take({ call: 'chmod', path: file }, () => this.core.chmod(file, bits));
  }

  async truncate(path: PathLike, size?: number | null): Promise<void> {
    const [file, length] = [toPath(path), toSize(size)];
    await truncate(this.calls, file, length);
  }

  /** Dates, or seconds since 1970. */
  async utimes(path: PathLike, atime: Time, mtime: Time): Promise<void> {
    const file = toPath(path);
    const times = [toMilliseconds(atime), toMilliseconds(mtime)] as const;
    await this.turns.take({ call: 'utimes', path: file }, () => this.core.utimes(file, ...times));
  }

  /** sync(2), for programs that call it by other means: Node has no function for it. Makes everything durable. */
  async sync(): Promise<void> {
    await this.turns.take({ call: 'sync' }, () => this.core.sync());
  }

  /**
   * syncfs(2) by path, for programs that call it by other means, such as coreutils' `sync -f`: all of the file system
   * that holds the path is durable when it has returned.
   */
  async syncfs(path: PathLike): Promise<void> {
    const file = toPath(path);
    await this.turns.take({ call: 'syncfs', path: file }, () => {
      const fd = this.core.open(file);
      try {
        this.core.syncfs(fd);
      } finally {
        if (!this.core.dead) this.core.close(fd);
      }
    });
  }

  /** `mode`: COPYFILE_EXCL and COPYFILE_FICLONE of `constants`. */
  async copyFile(from: PathLike, to: PathLike, mode?: number): Promise<void> {
    const about = { call: 'copyFile', path: toPath(from, 'src'), to: toPath(to, 'dest') };
    const how = mode === undefined ? 0 : toInteger(mode, 'mode', 0, 7);
    await this.turns.take(about, () => this.core.copyFile(about.path, about.to, how));
  }
}

refuseTheRest(Facade.prototype, Handle.prototype);

/** The `node:fs/promises` of one life; without turns, calls take effect where they are made. */
export function createFacade(core: Core, turns?: Turns): Facade {
  return new Facade(core, turns);
}
