import { O_ACCMODE, O_APPEND, O_DSYNC, O_RDWR, O_SYNC, O_WRONLY } from './constants.ts';

/** An open file or directory of one life. */
export class Descriptor {
  readonly fd: number;
  readonly ino: number;
  /** F_SETFL changes some of them. */
  flags: number;
  /** The absolute path that it was opened by. It may name something else by now. */
  readonly path: string;
  /** The next byte to read or write, for calls without a position of their own. */
  position = 0;

  constructor(fd: number, ino: number, flags: number, path: string) {
    this.fd = fd;
    this.ino = ino;
    this.flags = flags;
    this.path = path;
  }

  get readable(): boolean {
    return (this.flags & O_ACCMODE) !== O_WRONLY;
  }

  get writable(): boolean {
    const access = this.flags & O_ACCMODE;
    return access === O_WRONLY || access === O_RDWR;
  }

  get append(): boolean {
    return (this.flags & O_APPEND) !== 0;
  }

  /** Whether each write is a sync of what it wrote. */
  get through(): 'sync' | 'dsync' | null {
    if ((this.flags & O_SYNC) === O_SYNC) return 'sync';
    return (this.flags & O_DSYNC) === 0 ? null : 'dsync';
  }
}
