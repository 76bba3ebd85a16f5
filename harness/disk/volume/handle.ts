import { EventEmitter } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { ReadableStream } from 'node:stream/web';
import { type Call, type Host, inTurns, type Work } from './call.ts';
import { readWork, writeWork, writing } from './contents.ts';
import { DESCRIPTOR_CALLS, readInto, writeFrom } from './descriptors.ts';
import { promised } from './forms.ts';
import { isPieces, writePieces } from './pieces.ts';
import { readSpan, writeSpan } from './spans.ts';
import type { Streams } from './streams.ts';

/** What a handle gives its streams to read, write and close with, so that each of their calls is the handle's. */
export interface StreamCalls {
  read(...args: unknown[]): void;
  write(...args: unknown[]): void;
  writev(...args: unknown[]): void;
  fsync(...args: unknown[]): void;
  close(...args: unknown[]): void;
}

type Done = (error: unknown, ...results: unknown[]) => void;

/** Node's FileHandle: counts who uses its descriptor, and closes it after the last of them. */
export class FileHandle extends EventEmitter {
  readonly #host: Host;
  readonly #streams: () => Streams;
  #fd: number;
  #users = 1;
  #closing: Promise<void> | undefined;
  #closed: (() => void) | undefined;
  #failed: ((error: unknown) => void) | undefined;
  #locked = false;

  constructor(host: Host, fd: number, streams: () => Streams) {
    super();
    this.#host = host;
    this.#fd = fd;
    this.#streams = streams;
  }

  get fd(): number {
    return this.#fd;
  }

  appendFile(data: unknown, options?: unknown): Promise<void> {
    return this.writeFile(data, options);
  }

  chmod(mode: unknown): Promise<void> {
    return this.#use('fchmod', () => this.#prepare('fchmod', mode));
  }

  chown(uid: unknown, gid: unknown): Promise<void> {
    return this.#use('fchown', () => this.#prepare('fchown', uid, gid));
  }

  datasync(): Promise<void> {
    return this.#use('fdatasync', () => this.#prepare('fdatasync'));
  }

  sync(): Promise<void> {
    return this.#use('fsync', () => this.#prepare('fsync'));
  }

  stat(options?: unknown): Promise<object> {
    return this.#use('fstat', () => this.#prepare('fstat', options));
  }

  truncate(length: unknown = 0): Promise<void> {
    return this.#use('ftruncate', () => this.#prepare('ftruncate', length));
  }

  utimes(atime: unknown, mtime: unknown): Promise<void> {
    return this.#use('futimes', () => this.#prepare('futimes', atime, mtime));
  }

  read(...args: unknown[]): Promise<{ bytesRead: number; buffer: NodeJS.ArrayBufferView }> {
    return this.#use('read', (fd) => {
      const span = readSpan(args, 'handle');
      return () => ({ bytesRead: readInto(this.#host.core, fd, span), buffer: span.view });
    });
  }

  write(...args: unknown[]): Promise<{ bytesWritten: number; buffer: unknown }> {
    return this.#use('write', (fd) => {
      const [buffer] = args;
      if (ArrayBuffer.isView(buffer) && buffer.byteLength === 0) return () => ({ bytesWritten: 0, buffer });
      const span = writeSpan(args);
      return () => ({ bytesWritten: writeFrom(this.#host.core, fd, span), buffer: args[0] });
    });
  }

  async readv(buffers: unknown, position?: unknown): Promise<{ bytesRead: number; buffers: unknown }> {
    const bytesRead = await this.#use<number>('readv', () => this.#prepare('readv', buffers, position));
    return { bytesRead, buffers };
  }

  async writev(buffers: unknown, position?: unknown): Promise<{ bytesWritten: number; buffers: unknown }> {
    const work = (): Work => this.#prepare('writev', buffers, position);
    return { bytesWritten: await this.#use<number>('writev', work), buffers };
  }

  readFile(options?: unknown): Promise<Buffer | string> {
    return this.#use('readFile', (fd) => readWork(this.#host.core, fd, options));
  }

  async writeFile(data: unknown, given?: unknown): Promise<void> {
    const options = writing(given, 'w');
    if (!isPieces(data)) {
      return this.#use('writeFile', (fd) =>
        writeWork(this.#host.core, fd, data, { ...options, flush: false }),
      );
    }
    return writePieces(data, options, (bytes) => this.write(bytes, 0, bytes.length, null));
  }

  readLines(options?: object): Interface {
    return createInterface({ input: this.createReadStream(options), crlfDelay: Infinity });
  }

  createReadStream(options?: object): NodeJS.ReadableStream {
    return this.#streaming(new (this.#streams().ReadStream)(undefined, this.#streamOptions(options)));
  }

  createWriteStream(options?: object): NodeJS.WritableStream {
    return this.#streaming(new (this.#streams().WriteStream)(undefined, this.#streamOptions(options)));
  }

  /** Its contents as a web stream of bytes. One at a time, and not after `close`. */
  readableWebStream(): ReadableStream {
    if (this.#fd === -1) throw stateError('The FileHandle is closed');
    if (this.#closing !== undefined) throw stateError('The FileHandle is closing');
    if (this.#locked) throw stateError('The FileHandle is locked');
    this.#locked = true;
    this.#users++;
    let over = false;
    const end = (): void => {
      if (!over) this.#release();
      over = true;
    };
    const stream = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const { bytesRead, buffer } = await this.read(Buffer.alloc(WEB_CHUNK_SIZE));
        if (bytesRead > 0) return controller.enqueue((buffer as Buffer).subarray(0, bytesRead));
        end();
        controller.close();
      },
      cancel: end,
    });
    this.once('close', end);
    return stream;
  }

  /** A field, as in Node: people pass it on without its handle. */
  readonly close = (): Promise<void> => {
    if (this.#fd === -1) return Promise.resolve();
    if (this.#closing !== undefined) return this.#closing;
    this.#closing = new Promise<void>((resolve, reject) => {
      this.#closed = resolve;
      this.#failed = reject;
    }).finally(() => (this.#closing = undefined));
    const closing = this.#closing;
    this.#release();
    this.emit('close');
    return closing;
  };

  async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')](): Promise<void> {
    return this.close();
  }

  #prepare(name: string, ...args: unknown[]): Work {
    return (DESCRIPTOR_CALLS[name] as Call).prepare(this.#host, this.#fd, ...args);
  }

  async #use<T>(syscall: string, prepare: (fd: number) => Work): Promise<T> {
    if (this.#fd === -1) throw Object.assign(new Error('file closed'), { code: 'EBADF', syscall });
    this.#users++;
    try {
      return await promised<T>(this.#host, () => prepare(this.#fd), { call: syscall, fd: this.#fd });
    } finally {
      this.#release();
    }
  }

  #release(): void {
    if (--this.#users > 0) return;
    const fd = this.#fd;
    this.#fd = -1;
    inTurns(
      this.#host,
      () => this.#host.core.close(fd),
      () => this.#closed?.(),
      (error) => this.#failed?.(error),
    );
  }

  /** A stream that closes takes the handle with it, and one whose handle closes goes, too. */
  #streaming<Stream extends { destroy(): unknown }>(stream: Stream): Stream {
    this.#users++;
    this.once('close', () => stream.destroy());
    return stream;
  }

  #streamOptions(options: object | undefined): object {
    const settle = (promise: Promise<unknown>, done: Done, results: (value: never) => unknown[]): void => {
      promise.then((value) => done(null, ...results(value as never)), done);
    };
    let held = true;
    const calls: StreamCalls = {
      read: (_fd, buffer, offset, length, position, done) =>
        settle(this.read(buffer, offset, length, position), done as Done, (got: { bytesRead: number }) => [
          got.bytesRead,
          buffer,
        ]),
      write: (_fd, buffer, offset, length, position, done) =>
        settle(
          this.write(buffer, offset, length, position),
          done as Done,
          (got: { bytesWritten: number }) => [got.bytesWritten, buffer],
        ),
      writev: (_fd, buffers, position, done) =>
        settle(this.writev(buffers, position), done as Done, (got: { bytesWritten: number }) => [
          got.bytesWritten,
          buffers,
        ]),
      fsync: (_fd, done) => settle(this.sync(), done as Done, () => []),
      close: (_fd, done) => {
        const closing = this.close();
        if (held) this.#release();
        held = false;
        settle(closing, done as Done, () => []);
      },
    };
    return { ...options, fd: this.#fd, fs: { ...calls, open: () => undefined } };
  }
}

const WEB_CHUNK_SIZE = 64 * 1024;

function stateError(message: string): Error {
  return Object.assign(new Error(`Invalid state: ${message}`), { code: 'ERR_INVALID_STATE' });
}
