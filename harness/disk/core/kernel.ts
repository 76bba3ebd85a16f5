import type { Image } from '../image/image.ts';
import { ROOT_INO } from '../image/types.ts';
import { Journal, type Op } from '../journal.ts';
import { diskError, PowerCut } from '../errors.ts';
import { Descriptor } from './descriptor.ts';

/** An op that is about to be committed, without its index. */
export type Draft = { -readonly [Field in keyof Op]: Op[Field] };

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
}

/**
 * What an operating system keeps for one life: the image, the journal, the open descriptors, the times, and the
 * power switch. All ops pass `commit`.
 */
export class Kernel {
  readonly image: Image;
  readonly journal: Journal;
  readonly umask: number;
  /** The power goes off once this many ops have applied: every later call throws a `PowerCut`. */
  cutAfter = Infinity;
  /** Called at the start of every call, reads included. What it throws, the call throws. */
  onCall: (() => void) | undefined = undefined;
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
  }

  /** Whether the power is off. It never comes back: the next life gets a kernel of its own. */
  get dead(): boolean {
    if (this.journal.ops.length >= this.cutAfter) this.#dead = true;
    return this.#dead;
  }

  /** Begins a call. */
  enter(): void {
    if (this.dead) throw new PowerCut(this.journal.length);
    if (this.onCall !== undefined) this.onCall();
  }

  /**
   * The one place where the image changes. Whoever calls it has checked everything before: an op that gets here has
   * succeeded, unless the power is off.
   */
  commit(draft: Draft): Op {
    if (this.dead) throw new PowerCut(this.journal.length);
    const { image } = this;
    draft.index = this.journal.length + 1;
    const loser = draft.replaced === undefined ? undefined : image.inode(draft.replaced);
    if (loser?.kind === 'file' && loser.names.length === 1) draft.freed = draft.replaced!;
    if (draft.birth !== undefined) image.add(draft.birth.ino, draft.birth.inode);
    const { changes } = draft;
    for (let index = 0; index < changes.length; index++) image.apply(changes[index]!);
    return this.journal.record(draft);
  }

  /** Takes the lowest free descriptor. */
  openDescriptor(ino: number, flags: number, path: string): Descriptor {
    let slot = this.#open.indexOf(undefined);
    if (slot === -1) slot = this.#open.length;
    const file = new Descriptor(FIRST_FD + slot, ino, flags, path);
    this.#open[slot] = file;
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
