import { createFsFromVolume, fs as memfs, type IFs, Volume } from 'memfs';
import { createInterface, type Interface } from 'node:readline';
import type { Core } from '../core/core.ts';
import { argumentError } from '../errors.ts';
import { fallSilent } from './after-cut.ts';
import { completeContents, completeCopy, completeOpen, completePromises } from './contents.ts';
import { completeNames, completeStats } from './lookups.ts';
import {
  type HandleConstructor,
  internals,
  type PromisesInternals,
  resultClasses,
  type VolumeInternals,
} from './memfs-internals.ts';
import { DiskSuperblock } from './superblock.ts';

/** All of `node:fs` over a core. Costs hundreds of times what a mount does, so make one and mount core after core. */
export interface DiskVolume {
  readonly fs: IFs;
  readonly promises: IFs['promises'];
  readonly vol: Volume;
  /**
   * Exchanges the core: a reboot. Whatever of the last life still runs and holds on to `fs` would talk to the new
   * disk, so the last life must be over: ended, or cut and waiting for what never comes.
   */
  mount(core: Core): void;
}

/**
 * memfs' Volume (synchronous calls, callbacks, promises, FileHandle, streams) with the core for a file system below
 * it, and with what memfs 4.80.1 lacks of Node's API. Asynchronous calls take effect one microtask after the call, in
 * the order of the calls.
 */
export function createVolume(core: Core): DiskVolume {
  const disk = new DiskSuperblock(core);
  const current = (): Core => disk.core;
  const vol = new Volume(disk as never);
  const inner = internals(vol);
  const classes = resultClasses(memfs);
  completeStats(inner, disk, classes);
  completeNames(inner, current, classes);
  completeOpen(inner);
  completeContents(inner, current);
  completeCopy(inner, current);
  completeCalls(inner, current);
  fallSilent(inner, () => disk.core.dead);
  const Handle = handleClass(inner.promisesApi.FileHandle, inner);
  inner.promisesApi = promisesOf(inner, Handle);
  completePromises(inner.promisesApi, inner, current, Handle);
  const fs = createFsFromVolume(vol);
  return { fs, promises: fs.promises, vol, mount: (next) => void (disk.core = next) };
}

/** A second promises API over the same Volume, with our handles. */
function promisesOf(volume: VolumeInternals, Handle: HandleConstructor): PromisesInternals {
  const FsPromises = volume.promisesApi.constructor as new (
    fs: unknown,
    handle: HandleConstructor,
  ) => PromisesInternals;
  const promises = new FsPromises(volume, Handle);
  promises['watch'] = unwatched;
  return promises;
}

/** Syncs as ops, writev as the one call that it is, copies by the core, streams that flush. */
function completeCalls(volume: VolumeInternals, core: () => Core): void {
  volume._fsync = (fd) => core().fsync(fd);
  volume._fdatasync = (fd) => core().fdatasync(fd);
  volume.writevBase = (fd, buffers, position) => {
    const views = buffers.map((view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
    const joined = Buffer.concat(views);
    return core().write(fd, joined, 0, joined.length, position);
  };
  volume['watch'] = unwatched;
  volume['watchFile'] = unwatched;
  const createWriteStream = (volume['createWriteStream'] as Function).bind(volume);
  volume['createWriteStream'] = (path: unknown, options?: unknown) => {
    const stream = createWriteStream(path, options) as FlushableStream;
    if ((options as { flush?: boolean } | undefined)?.flush === true) flushAtEnd(stream, volume);
    return stream;
  };
}

interface FlushableStream extends NodeJS.WritableStream {
  fd: number | null;
  _final?: (callback: (error?: Error | null) => void) => void;
}

/** Syncs the file when all is written, before the stream closes it. */
function flushAtEnd(stream: FlushableStream, volume: VolumeInternals): void {
  const fsync = volume['fsync'] as (fd: number, callback: (error?: Error | null) => void) => void;
  stream._final = (callback) => {
    if (typeof stream.fd === 'number') fsync(stream.fd, callback);
    else stream.once('open', (fd: number) => fsync(fd, callback));
  };
}

function unwatched(): never {
  throw argumentError(
    'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM',
    'The feature watch is unavailable on the simulated disk: what it reports, and when, is up to no promise',
  );
}

/** memfs' FileHandle with `readLines`, and with a `close` that also works while a web stream is open. */
function handleClass(Base: HandleConstructor, volume: VolumeInternals): HandleConstructor {
  return class DiskFileHandle extends Base {
    readLines(options?: object): Interface {
      return createInterface({ input: this.createReadStream(options), crlfDelay: Infinity });
    }

    /** memfs forgets the descriptor first and then closes -1 in its place. */
    unref(): void {
      this.refs--;
      if (this.refs > 0 || this.fd === -1) return;
      const { fd } = this;
      this.fd = -1;
      const close = volume['close'] as (fd: number, callback: (error?: unknown) => void) => void;
      close(fd, (error) => {
        if (error) this.closeReject?.(error);
        else this.closeResolve?.();
      });
    }
  };
}
