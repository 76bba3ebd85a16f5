import type { Core } from '../core/core.ts';
import type { Stats } from '../core/stats.ts';
import {
  type Data,
  toBytes,
  toInteger,
  toMilliseconds,
  toMode,
  toPosition,
  toSize,
  viewBytes,
  wrongType,
} from './arguments.ts';
import { isPieces, type Pieces, writePieces } from './contents.ts';
import { lost } from './cut.ts';
import {
  checkStatOptions,
  readOptions,
  type ReadOptions,
  writeOptions,
  type WriteOptions,
} from './options.ts';
import { isSpan, type Span, within } from './span.ts';

/** What `read` reads into if it gets no buffer, in bytes: Node's size. */
const READ_SIZE = 16_384;

/** An open file or directory, in the shape of `node:fs/promises`' FileHandle. */
export class Handle {
  readonly #core: Core;
  #fd: number;

  constructor(core: Core, fd: number) {
    this.#core = core;
    this.#fd = fd;
  }

  /** -1 once closed. */
  get fd(): number {
    return this.#fd;
  }

  #open(syscall: string): number {
    if (this.#fd !== -1) return this.#fd;
    throw Object.assign(new Error('file closed'), { code: 'EBADF', syscall });
  }

  async read<B extends NodeJS.ArrayBufferView = Buffer>(
    buffer?: B | (Span & { readonly buffer?: B }),
    offset?: number | Span | null,
    length?: number | null,
    position?: number | bigint | null,
  ): Promise<{ bytesRead: number; buffer: B }> {
    try {
      const fd = this.#open('read');
      const view = ArrayBuffer.isView(buffer) ? buffer : (buffer?.buffer ?? Buffer.alloc(READ_SIZE));
      if (!ArrayBuffer.isView(view)) throw wrongType('buffer', 'an instance of Buffer or another view', view);
      const given = ArrayBuffer.isView(buffer) ? offset : buffer;
      const span = isSpan(given) ? given : { offset: given, length, position };
      const bytes = viewBytes(view);
      const [start, count] = within(bytes, span);
      const at = toPosition(span.position);
      const bytesRead = count === 0 ? 0 : this.#core.read(fd, bytes, start, count, at);
      return { bytesRead, buffer: view as B };
    } catch (error) {
      return lost(error);
    }
  }

  async write<D extends Data>(
    data: D,
    offset?: number | Span | null,
    length?: number | BufferEncoding | null,
    position?: number | bigint | null,
  ): Promise<{ bytesWritten: number; buffer: D }> {
    try {
      const fd = this.#open('write');
      if (typeof data === 'string') {
        const bytes = toBytes(data, (length as BufferEncoding | null | undefined) ?? 'utf8');
        return { bytesWritten: this.#write(fd, bytes, 0, bytes.length, toPosition(offset)), buffer: data };
      }
      const bytes = toBytes(data, null);
      const span = isSpan(offset) ? offset : { offset, length, position };
      const [start, count] = within(bytes, span as Span);
      return { bytesWritten: this.#write(fd, bytes, start, count, toPosition(span.position)), buffer: data };
    } catch (error) {
      return lost(error);
    }
  }

  #write(fd: number, bytes: Uint8Array, start: number, count: number, position: number | null): number {
    return this.#core.write(fd, bytes, start, count, position);
  }

  async readv<V extends readonly NodeJS.ArrayBufferView[]>(
    buffers: V,
    position?: number | null,
  ): Promise<{ bytesRead: number; buffers: V }> {
    try {
      const fd = this.#open('readv');
      const joined = new Uint8Array(buffers.reduce((sum, view) => sum + view.byteLength, 0));
      const bytesRead = this.#core.read(fd, joined, 0, joined.length, toPosition(position));
      let at = 0;
      for (const view of buffers) {
        const part = joined.subarray(at, Math.min(at + view.byteLength, bytesRead));
        if (part.length > 0) viewBytes(view).set(part);
        at += view.byteLength;
      }
      return { bytesRead, buffers };
    } catch (error) {
      return lost(error);
    }
  }

  /** One write of all the views together, as the kernel has it. */
  async writev<V extends readonly NodeJS.ArrayBufferView[]>(
    buffers: V,
    position?: number | null,
  ): Promise<{ bytesWritten: number; buffers: V }> {
    try {
      const fd = this.#open('writev');
      const joined = Buffer.concat(buffers.map(viewBytes));
      const bytesWritten = this.#core.write(fd, joined, 0, joined.length, toPosition(position));
      return { bytesWritten, buffers };
    } catch (error) {
      return lost(error);
    }
  }

  readFile(options?: (ReadOptions & { readonly encoding?: 'buffer' | null }) | null): Promise<Buffer>;
  readFile(options: BufferEncoding | (ReadOptions & { readonly encoding: BufferEncoding })): Promise<string>;
  async readFile(options?: unknown): Promise<Buffer | string> {
    try {
      const { encoding } = readOptions(options);
      const data = this.#core.readFile(this.#open('readFile'));
      return encoding === null ? data : data.toString(encoding);
    } catch (error) {
      return lost(error);
    }
  }

  /** Writes from where the descriptor stands. */
  async writeFile(data: Data | Pieces, options?: WriteOptions | BufferEncoding | null): Promise<void> {
    try {
      const checked = writeOptions(options, 0);
      const fd = this.#open('writeFile');
      if (isPieces(data)) {
        const signal = typeof options === 'object' ? options?.signal : undefined;
        await writePieces(this.#core, fd, data, checked, signal);
      } else {
        this.#core.writeFile(fd, toBytes(data, checked.encoding), checked);
      }
    } catch (error) {
      return lost(error);
    }
  }

  appendFile(data: Data | Pieces, options?: WriteOptions | BufferEncoding | null): Promise<void> {
    return this.writeFile(data, options);
  }

  async stat(options?: { readonly bigint?: false }): Promise<Stats> {
    try {
      checkStatOptions(options);
      return this.#core.fstat(this.#open('fstat'));
    } catch (error) {
      return lost(error);
    }
  }

  async truncate(size?: number | null): Promise<void> {
    try {
      this.#core.ftruncate(this.#open('ftruncate'), toSize(size));
    } catch (error) {
      return lost(error);
    }
  }

  async sync(): Promise<void> {
    try {
      this.#core.fsync(this.#open('fsync'));
    } catch (error) {
      return lost(error);
    }
  }

  async datasync(): Promise<void> {
    try {
      this.#core.fdatasync(this.#open('fdatasync'));
    } catch (error) {
      return lost(error);
    }
  }

  async chmod(mode: number | string): Promise<void> {
    try {
      this.#core.fchmod(this.#open('fchmod'), toMode(mode));
    } catch (error) {
      return lost(error);
    }
  }

  async chown(uid: number, gid: number): Promise<void> {
    try {
      this.#core.fchown(
        this.#open('fchown'),
        toInteger(uid, 'uid', -1, 0xffffffff),
        toInteger(gid, 'gid', -1, 0xffffffff),
      );
    } catch (error) {
      return lost(error);
    }
  }

  /** Dates, or seconds since 1970. */
  async utimes(atime: Date | number | string, mtime: Date | number | string): Promise<void> {
    try {
      this.#core.futimes(this.#open('futime'), toMilliseconds(atime), toMilliseconds(mtime));
    } catch (error) {
      return lost(error);
    }
  }

  /** Closing what is closed is fine, as in Node. */
  async close(): Promise<void> {
    try {
      if (this.#fd === -1) return;
      const fd = this.#fd;
      this.#fd = -1;
      this.#core.close(fd);
    } catch (error) {
      return lost(error);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
