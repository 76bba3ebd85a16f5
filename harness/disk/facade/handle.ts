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
import { type Calls, readFile, writeFile } from './files.ts';
import {
  checkStatOptions,
  readOptions,
  type ReadOptions,
  writeOptions,
  type WriteOptions,
} from './options.ts';
import { isSpan, type Span, within } from './span.ts';
import { atOnce, type Turns } from './turns.ts';

/** What `read` reads into if it gets no buffer, in bytes: Node's size. */
const READ_SIZE = 16_384;

/** An open file or directory, in the shape of `node:fs/promises`' FileHandle. */
export class Handle {
  readonly #core: Core;
  readonly #turns: Turns;
  readonly #calls: Calls;
  readonly #path: string;
  #fd: number;
  /** Calls that are under way: the descriptor stays open for them, as in Node. */
  #users = 0;
  /** Closes it, once nobody uses it any more. */
  #closing: { readonly promise: Promise<void>; readonly close: () => void } | undefined;

  constructor(core: Core, fd: number, turns: Turns = atOnce) {
    this.#core = core;
    this.#fd = fd;
    this.#path = core.openFile(fd)?.path ?? '';
    this.#turns = turns;
    this.#calls = { core, turns };
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
    const fd = this.#open('read');
    const view = ArrayBuffer.isView(buffer) ? buffer : (buffer?.buffer ?? Buffer.alloc(READ_SIZE));
    if (!ArrayBuffer.isView(view)) throw wrongType('buffer', 'an instance of Buffer or another view', view);
    const given = ArrayBuffer.isView(buffer) ? offset : buffer;
    const span = isSpan(given) ? given : { offset: given, length, position };
    const bytes = viewBytes(view);
    const [start, count] = within(bytes, span);
    const at = toPosition(span.position);
    if (count === 0) return { bytesRead: 0, buffer: view as B };
    const bytesRead = await this.#take('read', fd, () => this.#core.read(fd, bytes, start, count, at));
    return { bytesRead, buffer: view as B };
  }

  async write<D extends Data>(
    data: D,
    offset?: number | Span | null,
    length?: number | BufferEncoding | null,
    position?: number | bigint | null,
  ): Promise<{ bytesWritten: number; buffer: D }> {
    const fd = this.#open('write');
    if (typeof data === 'string') {
      const bytes = toBytes(data, (length as BufferEncoding | null | undefined) ?? 'utf8');
      const bytesWritten = await this.#write(fd, bytes, 0, bytes.length, toPosition(offset));
      return { bytesWritten, buffer: data };
    }
    const bytes = toBytes(data, null);
    const span = isSpan(offset) ? offset : { offset, length, position };
    const [start, count] = within(bytes, span as Span);
    const bytesWritten = await this.#write(fd, bytes, start, count, toPosition(span.position));
    return { bytesWritten, buffer: data };
  }

  #write(
    fd: number,
    bytes: Uint8Array,
    start: number,
    count: number,
    position: number | null,
  ): Promise<number> {
    return this.#take('write', fd, () => this.#core.write(fd, bytes, start, count, position));
  }

  /** A call on the descriptor, which is kept open for it. */
  #take<T>(call: string, fd: number, effect: () => T): Promise<T> {
    this.#users++;
    return this.#turns.take({ call, path: this.#path, fd }, () => {
      try {
        return effect();
      } finally {
        this.#leave();
      }
    });
  }

  #leave(): void {
    if (--this.#users === 0) this.#closing?.close();
  }

  /** Several calls on the descriptor, which is kept open until the last is done. */
  async #during<T>(calls: () => Promise<T>): Promise<T> {
    this.#users++;
    try {
      return await calls();
    } finally {
      this.#leave();
    }
  }

  async readv<V extends readonly NodeJS.ArrayBufferView[]>(
    buffers: V,
    position?: number | null,
  ): Promise<{ bytesRead: number; buffers: V }> {
    const fd = this.#open('readv');
    const joined = new Uint8Array(buffers.reduce((sum, view) => sum + view.byteLength, 0));
    const at = toPosition(position);
    const bytesRead = await this.#take('readv', fd, () => this.#core.read(fd, joined, 0, joined.length, at));
    let filled = 0;
    for (const view of buffers) {
      const part = joined.subarray(filled, Math.min(filled + view.byteLength, bytesRead));
      if (part.length > 0) viewBytes(view).set(part);
      filled += view.byteLength;
    }
    return { bytesRead, buffers };
  }

  /** One write of all the views together, as the kernel has it. */
  async writev<V extends readonly NodeJS.ArrayBufferView[]>(
    buffers: V,
    position?: number | null,
  ): Promise<{ bytesWritten: number; buffers: V }> {
    const fd = this.#open('writev');
    const joined = Buffer.concat(buffers.map(viewBytes));
    const bytesWritten = await this.#write(fd, joined, 0, joined.length, toPosition(position));
    return { bytesWritten, buffers };
  }

  readFile(options?: (ReadOptions & { readonly encoding?: 'buffer' | null }) | null): Promise<Buffer>;
  readFile(options: BufferEncoding | (ReadOptions & { readonly encoding: BufferEncoding })): Promise<string>;
  async readFile(options?: unknown): Promise<Buffer | string> {
    const { encoding } = readOptions(options);
    const fd = this.#open('readFile');
    const data = await this.#during(async () => await readFile(this.#calls, fd));
    return encoding === null ? data : data.toString(encoding);
  }

  /** Writes from where the descriptor stands. */
  async writeFile(data: Data | Pieces, options?: WriteOptions | BufferEncoding | null): Promise<void> {
    const checked = writeOptions(options, 0);
    const fd = this.#open('writeFile');
    const signal = typeof options === 'object' ? options?.signal : undefined;
    if (isPieces(data)) {
      await this.#during(async () => await writePieces(this.#calls, fd, data, checked, signal));
    } else {
      const bytes = toBytes(data, checked.encoding);
      await this.#during(async () => await writeFile(this.#calls, fd, bytes, checked));
    }
  }

  appendFile(data: Data | Pieces, options?: WriteOptions | BufferEncoding | null): Promise<void> {
    return this.writeFile(data, options);
  }

  async stat(options?: { readonly bigint?: false }): Promise<Stats> {
    checkStatOptions(options);
    const fd = this.#open('fstat');
    return await this.#take('stat', fd, () => this.#core.fstat(fd));
  }

  async truncate(size?: number | null): Promise<void> {
    const [fd, length] = [this.#open('ftruncate'), toSize(size)];
    await this.#take('truncate', fd, () => this.#core.ftruncate(fd, length));
  }

  async sync(): Promise<void> {
    const fd = this.#open('fsync');
    await this.#take('sync', fd, () => this.#core.fsync(fd));
  }

  async datasync(): Promise<void> {
    const fd = this.#open('fdatasync');
    await this.#take('datasync', fd, () => this.#core.fdatasync(fd));
  }

  async chmod(mode: number | string): Promise<void> {
    const [fd, bits] = [this.#open('fchmod'), toMode(mode)];
    await this.#take('chmod', fd, () => this.#core.fchmod(fd, bits));
  }

  async chown(uid: number, gid: number): Promise<void> {
    const fd = this.#open('fchown');
    const owner = toInteger(uid, 'uid', -1, 0xffffffff);
    const group = toInteger(gid, 'gid', -1, 0xffffffff);
    await this.#take('chown', fd, () => this.#core.fchown(fd, owner, group));
  }

  /** Dates, or seconds since 1970. */
  async utimes(atime: Date | number | string, mtime: Date | number | string): Promise<void> {
    const fd = this.#open('futime');
    const times = [toMilliseconds(atime), toMilliseconds(mtime)] as const;
    await this.#take('utimes', fd, () => this.#core.futimes(fd, ...times));
  }

  /** Closing what is closed is fine, as in Node. So is closing what is in use: it is closed after that. */
  async close(): Promise<void> {
    if (this.#closing) return await this.#closing.promise;
    if (this.#fd === -1) return;
    if (this.#users === 0) return await this.#close();
    let close: () => void = () => {};
    const promise = new Promise<void>((resolve) => (close = () => resolve(this.#close())));
    this.#closing = { promise, close };
    await promise;
  }

  #close(): Promise<void> {
    const fd = this.#fd;
    this.#fd = -1;
    this.#closing = undefined;
    return this.#turns.take({ call: 'close', path: this.#path, fd }, () => this.#core.close(fd));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
