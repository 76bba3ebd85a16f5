import type { IFs, Volume } from 'memfs';

/** A Node callback. */
export type Callback = (error: unknown, ...results: unknown[]) => void;

/**
 * The inner parts of memfs 4.80.1 that the disk reaches into; its types keep some of them private. All are read at
 * call time, so that they can be exchanged on a live Volume. The version is pinned exactly for this reason.
 */
export interface VolumeInternals {
  _core: unknown;
  promisesApi: PromisesInternals;
  wrapAsync(method: (...args: never[]) => unknown, args: unknown[], callback: Callback): void;
  _readfile(id: unknown, flags: number, encoding?: string): Buffer | string;
  _fsync(fd: number): void;
  _fdatasync(fd: number): void;
  _mkdtemp(prefix: string, encoding?: string): unknown;
  _access(path: string, mode: number): void;
  _readlink(path: string, encoding?: string): unknown;
  _readdir(path: string, options: ReaddirInternals): unknown[];
  _lstat(path: string, bigint?: boolean, throwIfNoEntry?: boolean): unknown;
  _stat(path: string, bigint?: boolean, throwIfNoEntry?: boolean): unknown;
  _opendir(...args: unknown[]): DirInternals;
  fstatBase(fd: number, bigint?: boolean): unknown;
  writevBase(fd: number, buffers: readonly NodeJS.ArrayBufferView[], position: number | null): number;
  [method: string]: unknown;
}

export interface ReaddirInternals {
  readonly encoding?: BufferEncoding | 'buffer' | null;
  readonly recursive?: boolean;
  readonly withFileTypes?: boolean;
}

export interface DirInternals {
  readImpl(callback?: Callback): unknown;
  close(callback?: Callback): unknown;
}

export interface HandleInternals {
  fd: number;
  refs: number;
  closeResolve?: () => void;
  closeReject?: (error: unknown) => void;
  createReadStream(options?: object): NodeJS.ReadableStream;
}

export type HandleConstructor = new (fs: unknown, fd: number) => HandleInternals;

export interface PromisesInternals {
  FileHandle: HandleConstructor;
  [method: string]: unknown;
}

/** memfs' classes of results, as `createFsFromVolume` shows them. */
export interface ResultClasses {
  readonly Stats: { build(node: unknown, bigint?: boolean): Record<string, unknown> };
  readonly Dirent: { build(link: unknown, encoding: unknown, parentPath: string): { name: unknown } };
}

export function internals(volume: Volume): VolumeInternals {
  return volume as unknown as VolumeInternals;
}

export function resultClasses(fs: IFs): ResultClasses {
  return fs as unknown as ResultClasses;
}
