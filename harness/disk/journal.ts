import assert from 'node:assert/strict';
import type { FaultKind } from './fault-kinds.ts';
import type { Inode, Page } from './image/types.ts';

/**
 * A change that an op makes to the image, as small as can be: the models decide which of them survive alone.
 * An entry's `ino` 0 means that the name goes away.
 */
export type Change =
  | { readonly type: 'entry'; readonly dir: number; readonly name: string; readonly ino: number }
  | { readonly type: 'page'; readonly ino: number; readonly index: number; readonly page: Page | null }
  /** Part of a page, for disks whose smallest write that is never torn is a sector; `bytes` null is a sector of zeros. */
  | {
      readonly type: 'sector';
      readonly ino: number;
      readonly index: number;
      readonly sector: number;
      readonly bytes: Page | null;
    }
  /** The size becomes at least `size`; what lies between reads as zeros until a page says otherwise. */
  | { readonly type: 'grow'; readonly ino: number; readonly size: number }
  /**
   * The size becomes at most `size`, and what lay beyond is gone; but with `tail` the rest of the page that the cut goes
   * through stays on the disk behind the end, and comes to light if the size is raised before the page is written.
   */
  | { readonly type: 'truncate'; readonly ino: number; readonly size: number; readonly tail?: true }
  | { readonly type: 'mode'; readonly ino: number; readonly mode: number };

/** The last eight are ops only when they fail: a call that changes nothing is none. */
export type OpKind =
  | 'create'
  | 'mkdir'
  | 'symlink'
  | 'link'
  | 'unlink'
  | 'rmdir'
  | 'rename'
  | 'write'
  | 'truncate'
  | 'chmod'
  | 'chown'
  | 'utimes'
  | 'fsync'
  | 'fdatasync'
  | 'osync'
  | 'sync'
  | 'syncfs'
  | 'open'
  | 'read'
  | 'stat'
  | 'lstat'
  | 'readlink'
  | 'scandir'
  | 'access'
  | 'realpath';

/**
 * One syscall-like operation that may change the disk, or a sync. Those that succeed are ops, and those that a fault
 * made fail. A write through O_SYNC or O_DSYNC is two, as in the kernel: the write, and the sync of what it wrote,
 * before which the power may go.
 */
export interface Op {
  /** 1-based: crash point N lies after the op with index N. */
  readonly index: number;
  readonly kind: OpKind;
  /** As the program named it, made absolute; a descriptor's path is the one that it was opened by. */
  readonly path: string;
  /** `rename` and `link`: the new name. `symlink`: the target's text. */
  readonly to?: string;
  /** The inode that the op is about; `rename`: the one that moves; `syncfs`: the one it was called by. 0 for `sync`. */
  readonly ino: number;
  /** `rename` over an existing name, `unlink`, `rmdir`: the inode that loses a name. */
  readonly replaced?: number;
  /** The file that lost its last name by this op, and with it, once nobody has it open, its data. */
  readonly freed?: number;
  /** Nobody has that file open: what of it was in memory only is gone with the op. */
  readonly dropped?: true;
  /** `write`, and `osync` after it: where and how much, in bytes. `truncate`: `offset` is the new size. */
  readonly offset?: number;
  readonly length?: number;
  /** `write` through O_APPEND. */
  readonly append?: boolean;
  /** `osync`: whether the descriptor was opened with O_SYNC or O_DSYNC. */
  readonly through?: 'sync' | 'dsync';
  /** An inode that the op makes; it has no name until an `entry` change survives. */
  readonly birth?: { readonly ino: number; readonly inode: Inode };
  /** What went wrong. But for `short`, whose `length` is what was written, nothing was done, and the call failed. */
  readonly fault?: FaultKind;
  /** A sync that failed, on a file system that goes back to what was synced before: the changes do that. */
  readonly reverts?: true;
  /** In the order in which they apply. Empty for syncs, and for what failed. */
  readonly changes: readonly Change[];
}

/** The ordered record of all ops and syncs of one life. */
export class Journal {
  readonly ops: Op[] = [];
  /** Told of each op right after it; nobody, as a rule. */
  onRecord: ((op: Op) => void) | undefined = undefined;

  /** The number of ops so far, which is also the last crash point. */
  get length(): number {
    return this.ops.length;
  }

  /** Appends an op that has its index already, without copying it: the hot path. */
  record(op: Op): Op {
    if (op.index !== this.ops.length + 1) assert.fail(`op ${op.index} can't follow op ${this.ops.length}`);
    this.ops.push(op);
    if (this.onRecord !== undefined) this.onRecord(op);
    return op;
  }
}
