import type { Dirent } from 'node:fs';
import { O_DIRECTORY } from '../core/constants.ts';
import type { Core } from '../core/core.ts';
import type { DirectoryEntry } from '../core/reading.ts';
import { diskError, type ErrorCode } from '../errors.ts';
import { type Call, finish, type Host, inTurns, type Work } from './call.ts';
import { direntOf } from './listing.ts';
import { toCallback, toInteger, toOptions, toPath } from './validate.ts';

type Done<T> = (error: unknown, result?: T) => void;

/** An open directory, as `opendir` gives it. Its entries are read when the first of them is asked for, in order. */
export class Dir {
  readonly path: string;
  readonly #host: Host;
  readonly #fd: number;
  readonly #encoding: unknown;
  #entries: DirectoryEntry[] | undefined;
  #closed = false;

  constructor(host: Host, path: string, fd: number, encoding: unknown) {
    this.#host = host;
    this.path = path;
    this.#fd = fd;
    this.#encoding = encoding;
  }

  readSync(): Dirent | null {
    return finish(this.#reading()) as Dirent | null;
  }

  read(): Promise<Dirent | null>;
  read(callback: Done<Dirent | null>): void;
  read(callback?: Done<Dirent | null>): Promise<Dirent | null> | void {
    return this.#call(this.#reading(), callback);
  }

  closeSync(): void {
    finish(this.#closing());
  }

  close(): Promise<void>;
  close(callback: Done<void>): void;
  close(callback?: Done<void>): Promise<void> | void {
    if (callback === undefined && this.#closed) return Promise.reject(closedError());
    return this.#call(this.#closing(), callback);
  }

  async *entries(): AsyncGenerator<Dirent, void, undefined> {
    try {
      for (let entry = await this.read(); entry !== null; entry = await this.read()) yield entry;
    } finally {
      await this.close();
    }
  }

  [Symbol.asyncIterator](): AsyncGenerator<Dirent, void, undefined> {
    return this.entries();
  }

  #reading(): Work<Dirent | null> {
    if (this.#closed) throw closedError();
    return () => {
      this.#host.core.enter();
      this.#entries ??= entriesOf(this.#host.core, this.#fd);
      const entry = this.#entries.shift();
      return entry === undefined ? null : direntOf(entry, this.path, this.#encoding);
    };
  }

  #closing(): Work<void> {
    if (this.#closed) throw closedError();
    this.#closed = true;
    return () => this.#host.core.close(this.#fd);
  }

  #call<T>(work: Work<T>, callback: Done<T> | undefined): Promise<T> | void {
    if (callback === undefined) {
      return new Promise((resolve, reject) => inTurns(this.#host, work, resolve as Done<T>, reject));
    }
    toCallback(callback, 'callback');
    inTurns(this.#host, work, (result) => callback(null, result as T), callback);
  }
}

function closedError(): Error {
  return Object.assign(new Error('Directory handle was closed'), { code: 'ERR_DIR_CLOSED' });
}

function entriesOf(core: Core, fd: number): DirectoryEntry[] {
  const { image } = core;
  const inode = image.inode(core.descriptor(fd, 'scandir').ino);
  if (inode?.kind !== 'dir') return [];
  return inode.entries.sorted().map(([name, ino]) => ({ name, kind: image.inode(ino)!.kind }));
}

export const OPENDIR: Call = {
  arity: 2,
  prepare: (host, given, options) => {
    const path = toPath(given);
    const { encoding, bufferSize } = toOptions(options, { encoding: 'utf8' });
    if (bufferSize !== undefined) checkBufferSize(bufferSize);
    return () => {
      try {
        return new Dir(host, path, host.core.open(path, O_DIRECTORY), encoding);
      } catch (error) {
        const { code } = error as { code?: ErrorCode };
        throw code === undefined ? error : diskError(code, 'opendir', path);
      }
    };
  },
};

function checkBufferSize(value: unknown): void {
  toInteger(value, 'options.bufferSize', 1, 2 ** 32 - 1);
}
