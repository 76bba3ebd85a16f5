import {
  closeSync,
  fdatasync,
  fstatSync,
  fsync,
  ftruncateSync,
  read,
  readSync,
  write,
  writeSync,
} from 'node:fs';
import { promisify } from 'node:util';
import type { OpenFile, Stat } from '../ports/file-system.ts';

/**
 * Up to this many bytes are read or written while everybody waits: that takes less time than it takes to hand them to
 * another thread.
 */
export const SMALL: number = 64 * 1024;

const syncing = promisify(fsync);
const dataSyncing = promisify(fdatasync);

type Moved = { bytesRead: number };

/** A file on the real disk. Whatever may take long, the syncs above all, is left to other threads. */
export class SystemFile implements OpenFile {
  private readonly fd: number;

  constructor(fd: number) {
    this.fd = fd;
  }

  async read(buffer: Uint8Array, offset: number, length: number, position: number | null): Promise<Moved> {
    if (length <= SMALL) return { bytesRead: readSync(this.fd, buffer, offset, length, position) };
    return new Promise((resolve, reject) => {
      read(this.fd, buffer, offset, length, position, (error, bytesRead) =>
        error ? reject(error) : resolve({ bytesRead }),
      );
    });
  }

  async write(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number | null,
  ): Promise<{ bytesWritten: number }> {
    if (length <= SMALL) return { bytesWritten: writeSync(this.fd, buffer, offset, length, position) };
    return new Promise((resolve, reject) => {
      write(this.fd, buffer, offset, length, position, (error, bytesWritten) =>
        error ? reject(error) : resolve({ bytesWritten }),
      );
    });
  }

  async stat(): Promise<Stat> {
    return fstatSync(this.fd);
  }

  async truncate(length?: number): Promise<void> {
    ftruncateSync(this.fd, length);
  }

  sync(): Promise<void> {
    return syncing(this.fd);
  }

  datasync(): Promise<void> {
    return dataSyncing(this.fd);
  }

  async close(): Promise<void> {
    closeSync(this.fd);
  }
}
