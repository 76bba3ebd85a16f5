import { targetAt } from '../core/attributes.ts';
import type { Core } from '../core/core.ts';
import { O_NOFOLLOW } from '../core/constants.ts';
import { argumentError, diskError } from '../errors.ts';
import { FileView, LinkView } from './views.ts';

/** memfs' own O_SYMLINK, which it turns into a fourth argument of `open`. */
type Follow = boolean | undefined;

/**
 * The file system that memfs' Volume expects below it (its Superblock), made of a core. Volume passes these methods
 * around unbound, so they are fields. `core` may be exchanged at any time: that is a reboot.
 */
export class DiskSuperblock {
  core: Core;
  /** For `statfs`, which counts them. */
  readonly inodes = {};

  constructor(core: Core) {
    this.core = core;
  }

  readonly open = (path: string, flags: number, mode: number, follow: Follow): number =>
    this.core.open(path, follow === false ? flags | O_NOFOLLOW : flags, mode);

  readonly close = (fd: number): void => this.core.close(fd);

  readonly read = (
    fd: number,
    buffer: NodeJS.ArrayBufferView,
    offset = 0,
    length = buffer.byteLength - offset,
    position: number | bigint | null = null,
  ): number => {
    if (length === 0) {
      // Node doesn't ask the kernel for nothing, so not even a descriptor that can't be read is noticed.
      this.core.enter();
      return 0;
    }
    const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
    const at = position === null || position < 0 ? null : Number(position);
    return this.core.read(fd, bytes, offset, length, at);
  };

  readonly readv = (
    fd: number,
    buffers: readonly NodeJS.ArrayBufferView[],
    position: number | null,
  ): number => {
    let total = 0;
    for (const buffer of buffers) {
      const count = this.read(fd, buffer, 0, buffer.byteLength, position === null ? null : position + total);
      total += count;
      if (count < buffer.byteLength) break;
    }
    return total;
  };

  readonly write = (
    fd: number,
    data: Uint8Array,
    offset = 0,
    length = data.length - offset,
    position: number | null = null,
  ): number => this.core.write(fd, data, offset, length, position !== null && position < 0 ? null : position);

  readonly link = (existing: string, path: string): void => this.core.link(existing, path);

  readonly unlink = (path: string): void => this.core.unlink(path);

  readonly symlink = (target: string, path: string): void => this.core.symlink(target, path);

  readonly rename = (from: string, to: string): void => this.core.rename(from, to);

  readonly mkdir = (path: string, mode: number): void => this.core.mkdir(path, mode);

  readonly mkdirp = (path: string, mode: number): string | undefined => this.core.mkdirp(path, mode);

  /** With `recursive`, as Node still has it: a tree goes, a file or nothing is an error. */
  readonly rmdir = (path: string, recursive = false): void => {
    if (!recursive) return this.core.rmdir(path);
    if (!this.core.stat(path).isDirectory()) throw diskError('ENOTDIR', 'rmdir', path);
    this.core.removeTree(path);
  };

  readonly rm = (path: string, force = false, recursive = false): void =>
    this.core.rm(path, { force, recursive });

  readonly ftruncate = (fd: number, size = 0): void => this.core.ftruncate(fd, Math.max(0, size));

  readonly fchmod = (fd: number, mode: number): void => this.core.fchmod(fd, mode);

  readonly chmod = (path: string, mode: number): void => this.core.chmod(path, mode);

  /** Linux has none. */
  readonly lchmod = (path: string): void => {
    throw diskError('ENOTSUP', 'lchmod', path);
  };

  readonly fchown = (fd: number, uid: number, gid: number): void => this.core.fchown(fd, uid, gid);

  readonly chown = (path: string, uid: number, gid: number): void => this.core.chown(path, uid, gid);

  readonly lchown = (path: string, uid: number, gid: number): void => this.core.lchown(path, uid, gid);

  /** Times in seconds, as Volume hands them down. */
  readonly futimes = (fd: number, atime: number, mtime: number): void =>
    this.core.futimes(fd, atime * 1000, mtime * 1000);

  readonly utimes = (path: string, atime: number, mtime: number, follow = true): void =>
    follow
      ? this.core.utimes(path, atime * 1000, mtime * 1000)
      : this.core.lutimes(path, atime * 1000, mtime * 1000);

  /** A look at a descriptor, not a call: Volume looks before it calls, also when the power is off. */
  readonly getFileByFd = (fd: number): FileView | undefined => {
    const file = this.core.openFile(fd);
    return file === undefined ? undefined : new FileView(this.core, file);
  };

  readonly getFileByFdOrThrow = (fd: number, syscall: string): FileView => {
    const file = this.getFileByFd(fd);
    if (file === undefined) throw diskError('EBADF', syscall);
    return file;
  };

  readonly getLinkOrThrow = (path: string, syscall = ''): LinkView => this.#find(path, false, syscall);

  readonly getResolvedLinkOrThrow = (path: string, syscall = ''): LinkView => this.#find(path, true, syscall);

  readonly getResolvedLinkResult = (
    path: string,
    syscall = '',
  ): { ok: true; value: LinkView } | { ok: false; err: { code: string; toError: () => Error } } => {
    try {
      return { ok: true, value: this.#find(path, true, syscall) };
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === undefined) throw error;
      return { ok: false, err: { code, toError: () => error as Error } };
    }
  };

  #find(path: string, follow: boolean, syscall: string): LinkView {
    this.core.enter();
    return new LinkView(this.core, path, targetAt(this.core, path, follow, syscall).ino);
  }

  readonly toJSON = (): never => unavailable('toJSON');

  readonly fromJSON = (): never => unavailable('fromJSON');

  readonly fromNestedJSON = (): never => unavailable('fromNestedJSON');

  readonly reset = (): never => unavailable('reset');
}

function unavailable(name: string): never {
  throw argumentError(
    'ERR_METHOD_NOT_IMPLEMENTED',
    `The disk is not made from JSON or turned into it: ${name} has no meaning here`,
  );
}
