import type { Birth, Trace } from './lines.ts';
import { Memory } from './memory.ts';

/** An open file: what `open` makes, and descriptors of any process lead to. */
export interface OpenFile {
  /** `disk`: of the disk that is recorded. `output`: what the program says. `other`: anything else. */
  readonly kind: 'disk' | 'output' | 'other';
  /** The core's descriptor, and the inode; 0 for what is not of the disk. */
  readonly fd: number;
  readonly ino: number;
  /** The real path of what is not of the disk. */
  readonly path: string;
  /** The next byte, for calls without a position of their own. */
  position: number;
  /** Descriptors that lead here; with none left it is closed. */
  users: number;
}

interface Slot {
  readonly file: OpenFile;
  onExec: 'kept' | 'closed';
}

/** Where a process stands: a directory of the disk, by its inode, or a real path. */
export type Directory = { readonly ino: number } | { readonly path: string };

/** The descriptors of one process, or of several that share them. */
export class Descriptors {
  readonly #slots = new Map<number, Slot>();
  readonly #closed: (file: OpenFile) => void;
  users = 1;

  constructor(closed: (file: OpenFile) => void) {
    this.#closed = closed;
  }

  get(fd: number): OpenFile | undefined {
    return this.#slots.get(fd)?.file;
  }

  put(fd: number, file: OpenFile, onExec: Slot['onExec']): void {
    file.users++;
    this.close(fd);
    this.#slots.set(fd, { file, onExec });
  }

  setOnExec(fd: number, onExec: Slot['onExec']): void {
    const slot = this.#slots.get(fd);
    if (slot) slot.onExec = onExec;
  }

  setRangeOnExec(from: number, to: number): void {
    for (const [fd, slot] of this.#slots) if (fd >= from && fd <= to) slot.onExec = 'closed';
  }

  close(fd: number): void {
    const slot = this.#slots.get(fd);
    if (slot === undefined) return;
    this.#slots.delete(fd);
    if (--slot.file.users === 0) this.#closed(slot.file);
  }

  closeRange(from: number, to: number): void {
    for (const fd of this.#slots.keys()) if (fd >= from && fd <= to) this.close(fd);
  }

  /** For `execve`. */
  closeOnExec(): void {
    for (const [fd, { onExec }] of this.#slots) if (onExec === 'closed') this.close(fd);
  }

  files(): readonly OpenFile[] {
    return Array.from(this.#slots.values(), ({ file }) => file);
  }

  copy(): Descriptors {
    const copy = new Descriptors(this.#closed);
    for (const [fd, { file, onExec }] of this.#slots) copy.put(fd, file, onExec);
    return copy;
  }
}

/** What threads may share besides descriptors. */
export interface Standing {
  cwd: Directory;
  umask: number;
}

/** A thread, as far as calls to files depend on it. */
export interface Process {
  descriptors: Descriptors;
  standing: Standing;
  /** What it shares with files of the disk. */
  memory: Memory;
}

/** All threads of a program, from the first one on. */
export class Processes {
  readonly #known = new Map<number, Process>();
  readonly #births: ReadonlyMap<number, Birth>;
  readonly #ends: ReadonlyMap<number, number>;

  constructor(first: number, process: Process, { births, ends }: Pick<Trace, 'births' | 'ends'>) {
    this.#known.set(first, process);
    this.#births = births;
    this.#ends = ends;
  }

  /** The thread with this number; it begins as its parent is now. Undefined if nobody knows where it comes from. */
  get(pid: number): Process | undefined {
    const known = this.#known.get(pid);
    if (known) return known;
    const birth = this.#births.get(pid);
    const parent = birth && this.get(birth.parent);
    if (!birth || !parent) return undefined;
    const child: Process = {
      descriptors: birth.flags.includes('CLONE_FILES') ? parent.descriptors : parent.descriptors.copy(),
      memory: birth.flags.includes('CLONE_VM') ? parent.memory : parent.memory.copy(),
      standing: birth.flags.includes('CLONE_FS') ? parent.standing : { ...parent.standing },
    };
    if (child.descriptors === parent.descriptors) parent.descriptors.users++;
    this.#known.set(pid, child);
    return child;
  }

  /** Those that are known, and have not ended at a line of the trace. */
  alive(at: number): readonly Process[] {
    return [...this.#known].filter(([pid]) => (this.#ends.get(pid) ?? Infinity) > at).map(([, each]) => each);
  }

  /** Another program runs in a thread: it shares descriptors with nobody, and some of them are closed. */
  exec(process: Process): void {
    this.unshare(process);
    process.descriptors.closeOnExec();
    process.memory = new Memory();
  }

  unshare(process: Process): void {
    if (process.descriptors.users === 1) return;
    process.descriptors.users--;
    process.descriptors = process.descriptors.copy();
  }
}
