import type { Image } from '../image/image.ts';
import { ROOT_INO } from '../image/types.ts';
import { type Change, Journal, type Op } from '../journal.ts';
import { diskError, PowerCut } from '../errors.ts';
import type { CommitHook } from './commit-hook.ts';
import { Descriptor } from './descriptor.ts';
import type { Draft } from './draft.ts';
import { Faults, type FaultsOptions } from './faults.ts';
import { Mounts } from './mounts.ts';
import { absolute } from './paths.ts';
import { Synced } from './synced.ts';
import { resolve } from './walk.ts';

/** An inode's times, in milliseconds since 1970. */
export interface Times {
  atime: number;
  mtime: number;
  ctime: number;
  birthtime: number;
}

/** What an inode's times are that this life hasn't touched: a reboot must not show when, or in which life, it was made. */
const UNTOUCHED: Readonly<Times> = { atime: 0, mtime: 0, ctime: 0, birthtime: 0 };

/** Descriptors 0 to 2 are a process' own. */
const FIRST_FD = 3;

export interface KernelOptions {
  /** The life's clock, in milliseconds since 1970; without one it is always 1970. */
  readonly now?: () => number;
  /** Permission bits that new files and directories don't get; 022 by default. */
  readonly umask?: number;
  /** Directories of the image on which another file system is mounted; none by default. */
  readonly mounts?: readonly string[];
  /** Which calls go wrong; without it, none does, and nobody counts which could. */
  readonly faults?: FaultsOptions;
}

/**
 * What an operating system keeps for one life: the image, the journal, the open descriptors, the times, and the
 * power switch. All ops pass `commit`.
 */
export class Kernel {
  readonly image: Image;
  readonly journal: Journal;
  /** A program that runs as several processes has one for each. */
  umask: number;
  /** Which file system each inode is on; undefined with one file system. */
  readonly mounts: Mounts | undefined;
  readonly faults: Faults | undefined;
  /** What files go back to when their sync fails, on which file systems: see `FaultsOptions.reverts`. */
  readonly #synced: Synced | undefined;
  readonly #reverting: ReadonlySet<number>;
  /** The power goes off once this many ops have applied: every later call throws a `PowerCut`. */
  cutAfter = Infinity;
  /** Called at the start of every call, reads included. What it throws, the call throws. */
  onCall: (() => void) | undefined = undefined;
  /** What is tried on the program's ops; nothing, as a rule. */
  hook: CommitHook | undefined = undefined;
  readonly #now: (() => number) | undefined;
  readonly #open: (Descriptor | undefined)[] = [];
  #times: Map<number, Times> | undefined = undefined;
  #dead = false;

  /** The kernel works on this very image; whoever wants to keep the image as it is passes a fork. */
  constructor(image: Image, options?: KernelOptions) {
    this.image = image;
    this.journal = new Journal();
    this.umask = options?.umask ?? 0o022;
    this.#now = options?.now;
    this.faults = options?.faults && new Faults(options.faults);
    this.mounts = options?.mounts?.length ? new Mounts(image, options.mounts) : undefined;
    const reverts = options?.faults?.reverts ?? [];
    this.#synced = reverts.length > 0 ? new Synced(image) : undefined;
    this.#reverting = new Set(
      reverts.map((path) => this.mounts?.of(image, resolve(image, path, false)) ?? 0),
    );
  }

  /** Whether the power is off. It never comes back: the next life gets a kernel of its own. */
  get dead(): boolean {
    if (this.journal.ops.length >= this.cutAfter) this.#dead = true;
    return this.#dead;
  }

  /** Begins a call; the paths are as the program gave them. Calls that are not named never go wrong. */
  enter(syscall?: string, path?: string, dest?: string): void {
    if (this.dead) throw new PowerCut(this.journal.length);
    if (this.onCall !== undefined) this.onCall();
    if (syscall !== undefined) this.faults?.begin(syscall, path, dest);
  }

  /**
   * Asked once all is checked that would make the call fail by itself, and before it has done anything. Records the
   * failure if there is one, and throws it.
   *
   * @returns whether a write is to be short
   */
  mayFail(draft: Draft): boolean {
    const fault = this.faults?.ask(draft, this.image, this.journal.length);
    if (fault === undefined) return false;
    if (fault === 'short') return true;
    const { birth, replaced: _replaced, ...failed } = draft;
    const index = this.journal.length + 1;
    const back = this.#goBack(draft);
    const op = { ...failed, index, ino: birth ? 0 : draft.ino, changes: back ?? [], fault };
    this.journal.record(back ? { ...op, reverts: true } : op);
    throw this.faults!.error(fault);
  }

  /** The same for a call that only looks. */
  mayFailToRead(kind: Op['kind'], path: string, ino: number): void {
    if (this.faults !== undefined) this.mayFail({ index: 0, kind, path: absolute(path), ino, changes: [] });
  }

  /** Takes a file back to what was synced of it, where a failed sync does that. @returns the changes, where it does */
  #goBack({ kind, ino }: Draft): readonly Change[] | undefined {
    if (!this.#synced || (kind !== 'fsync' && kind !== 'fdatasync')) return undefined;
    if (!this.#reverting.has(this.mounts?.of(this.image, ino) ?? 0)) return undefined;
    const changes = this.#synced.back(ino);
    this.image.applyAll(changes);
    return changes;
  }

  /**
   * The one place where the image changes. Whoever calls it has checked everything before: an op that gets here has
   * succeeded, unless the power is off.
   */
  commit(draft: Draft): Op {
    if (this.dead) throw new PowerCut(this.journal.length);
    const { hook } = this;
    if (hook?.leavesOut(draft)) return draft;
    if (hook !== undefined) for (const extra of hook.before(draft)) this.#extra(extra);
    if (this.faults !== undefined) this.mayFail(draft);
    const op = this.#append(draft);
    if (hook !== undefined) for (const extra of hook.after(draft)) this.#extra(extra);
    return op;
  }

  /** A sync that the program has not called. It may fail like its own: then the call that it is next to does. */
  #extra(draft: Draft): void {
    this.faults?.aside(draft.kind, () => this.mayFail(draft));
    this.#append(draft);
  }

  #append(draft: Draft): Op {
    const { image } = this;
    draft.index = this.journal.length + 1;
    const loser = draft.replaced === undefined ? undefined : image.inode(draft.replaced);
    if (loser?.kind === 'file' && loser.names.length === 1) {
      draft.freed = draft.replaced!;
      if (!this.#open.some((file) => file?.ino === draft.replaced)) draft.dropped = true;
    }
    if (draft.birth !== undefined) image.add(draft.birth.ino, draft.birth.inode);
    const { changes } = draft;
    for (let index = 0; index < changes.length; index++) image.apply(changes[index]!);
    if (draft.kind === 'truncate' && changes.at(-1)?.type === 'truncate') this.faults?.freed();
    this.#synced?.take(draft, image);
    return this.journal.record(draft);
  }

  /** Takes the lowest free descriptor. */
  openDescriptor(ino: number, flags: number, path: string): Descriptor {
    let slot = this.#open.indexOf(undefined);
    if (slot === -1) slot = this.#open.length;
    const file = new Descriptor(FIRST_FD + slot, ino, flags, path);
    this.#open[slot] = file;
    this.mounts?.of(this.image, ino);
    return file;
  }

  /** The open descriptor with this number. */
  descriptor(fd: number, syscall: string): Descriptor {
    const file = this.#open[fd - FIRST_FD];
    if (file === undefined) throw diskError('EBADF', syscall);
    return file;
  }

  /** The same without a call: undefined if there is none. */
  openFile(fd: number): Descriptor | undefined {
    return this.#open[fd - FIRST_FD];
  }

  closeDescriptor(fd: number): void {
    const file = this.descriptor(fd, 'close');
    this.#open[fd - FIRST_FD] = undefined;
    this.release(file.ino);
  }

  /** How many descriptors are open: a program that leaks them can be told. */
  get openDescriptors(): number {
    return this.#open.reduce((count, file) => (file === undefined ? count : count + 1), 0);
  }

  /** Forgets an inode that has lost its last name and its last descriptor. Not an op: nobody can tell any more. */
  release(ino: number): void {
    const inode = this.image.inode(ino);
    if (inode === undefined || inode.names.length > 0 || ino === ROOT_INO) return;
    for (const file of this.#open) if (file?.ino === ino) return;
    this.image.forget(ino);
    this.faults?.freed();
  }

  /** An inode's times, to be read only. */
  times(ino: number): Readonly<Times> {
    return this.#times?.get(ino) ?? UNTOUCHED;
  }

  /** Stamps a new inode. */
  stampBirth(ino: number): void {
    const now = this.#clock();
    const times = this.#timesOf(ino);
    times.atime = now;
    times.mtime = now;
    times.ctime = now;
    times.birthtime = now;
  }

  /** Stamps a change of contents or of entries. */
  stampModified(ino: number): void {
    const now = this.#clock();
    const times = this.#timesOf(ino);
    times.mtime = now;
    times.ctime = now;
  }

  /** Stamps a change of attributes or names. */
  stampChanged(ino: number): void {
    const now = this.#clock();
    this.#timesOf(ino).ctime = now;
  }

  /** Sets what a program may set. */
  setTimes(ino: number, atime: number, mtime: number): void {
    const now = this.#clock();
    const times = this.#timesOf(ino);
    times.atime = atime;
    times.mtime = mtime;
    times.ctime = now;
  }

  #clock(): number {
    return this.#now === undefined ? 0 : this.#now();
  }

  #timesOf(ino: number): Times {
    const all = (this.#times ??= new Map<number, Times>());
    let times = all.get(ino);
    if (times === undefined) {
      times = { atime: 0, mtime: 0, ctime: 0, birthtime: 0 };
      all.set(ino, times);
    }
    return times;
  }
}
