import { diskError, type DiskError, type ErrorCode } from '../errors.ts';
import type { Fault, FaultKind } from '../fault-kinds.ts';
import type { Image } from '../image/image.ts';
import type { OpKind } from '../journal.ts';
import type { Draft } from './draft.ts';

/** A call that would have succeeded, and so could have failed. */
export interface Chance {
  /** Counts the chances of a life from 1: what a `Fault` names a call by. */
  readonly call: number;
  /** The number of ops before it. */
  readonly after: number;
  readonly kind: OpKind;
  readonly path: string;
  /** What could have gone wrong with it; never empty. */
  readonly kinds: readonly FaultKind[];
}

type Lasting = 'enospc-lasting' | 'edquot-lasting';

export interface FaultsOptions {
  /** At most one a call. */
  readonly faults: readonly Fault[];
  /** The disk is full, or the quota used up, when the life begins. */
  readonly full?: Lasting;
  /** Mount points, `/` among them, of file systems where a file whose sync fails goes back to what was synced before. */
  readonly reverts?: readonly string[];
}

const CODES: Readonly<Record<Exclude<FaultKind, 'short'>, ErrorCode>> = {
  eio: 'EIO',
  enospc: 'ENOSPC',
  'enospc-lasting': 'ENOSPC',
  // libuv has no name for EDQUOT, so neither has Node.
  edquot: 'Unknown system error -122',
  'edquot-lasting': 'Unknown system error -122',
  emfile: 'EMFILE',
  eintr: 'EINTR',
};

/** Once, or from then on. */
const SPACE: readonly FaultKind[] = ['enospc', 'enospc-lasting', 'edquot', 'edquot-lasting'];
/** A directory may need a block for one more name, even if a rename takes another one away. */
const SPACE_ONCE: readonly FaultKind[] = ['enospc', 'edquot'];

/**
 * Which calls of a life go wrong, and which could. Only a call that would have succeeded can: one that fails by itself
 * fails in the way that it does. Closing, fstat and sync(2) never fail: none of them tells of the device on a local file
 * system.
 */
export class Faults {
  /** In the order of the calls; those that a full disk refuses are none, as there is no choice. */
  readonly chances: Chance[] = [];
  readonly #due: ReadonlyMap<number, FaultKind>;
  readonly #struck = new Set<number>();
  #full: Lasting | undefined;
  #syscall = '';
  #path: string | undefined;
  #dest: string | undefined;
  #asked = true;

  constructor({ faults, full }: FaultsOptions) {
    this.#due = new Map(faults.map(({ call, kind }) => [call, kind]));
    this.#full = full;
  }

  /** The faults that no call was fit for: the life is not the one that they were meant for. */
  get unused(): readonly Fault[] {
    const left = [...this.#due].filter(([call]) => !this.#struck.has(call));
    return left.map(([call, kind]) => ({ call, kind }));
  }

  /** Whether there is no space at the moment, and for whom. */
  get full(): Lasting | undefined {
    return this.#full;
  }

  /** A call begins; its paths as the program gave them. */
  begin(syscall: string, path: string | undefined, dest: string | undefined): void {
    this.#syscall = syscall;
    this.#path = path;
    this.#dest = dest;
    this.#asked = false;
  }

  /** A call in the middle of another: `ask` is asked about it, and then the other one goes on. */
  aside(syscall: string, ask: () => void): void {
    const [own, path, dest, asked] = [this.#syscall, this.#path, this.#dest, this.#asked];
    this.begin(syscall, undefined, undefined);
    ask();
    this.begin(own, path, dest);
    this.#asked = asked;
  }

  /** What goes wrong with the call, now that it would succeed; undefined if nothing does, or if it was asked before. */
  ask(draft: Draft, image: Image, after: number): FaultKind | undefined {
    if (this.#asked) return undefined;
    this.#asked = true;
    const kinds = kindsOf(this.#syscall, draft, image);
    if (kinds.length === 0) return undefined;
    if (this.#full && kinds.includes(this.#full)) return this.#full;
    const call = this.chances.length + 1;
    this.chances.push({ call, after, kind: draft.kind, path: draft.path, kinds });
    const due = this.#due.get(call);
    if (due === undefined || !kinds.includes(due)) return undefined;
    this.#struck.add(call);
    if (due === 'enospc-lasting' || due === 'edquot-lasting') this.#full = due;
    return due;
  }

  /** The error that the program gets, in the shape of `node:fs`'. */
  error(kind: Exclude<FaultKind, 'short'>): DiskError {
    return diskError(CODES[kind], this.#syscall, this.#path, this.#dest);
  }

  /** Some space is free again. */
  freed(): void {
    this.#full = undefined;
  }
}

/** What can go wrong with a call that would make this op. */
function kindsOf(syscall: string, draft: Draft, image: Image): readonly FaultKind[] {
  switch (draft.kind) {
    case 'sync':
    case 'syncfs':
      return [];
    case 'read':
      return ['eio', 'eintr'];
    case 'write':
      return [
        'eio',
        ...(needsBlock(draft, image) ? SPACE : []),
        ...(draft.length! > 1 ? (['short'] as const) : []),
      ];
    case 'mkdir':
    case 'symlink':
    case 'link':
      return ['eio', ...SPACE];
    case 'rename':
      return draft.replaced === undefined ? ['eio', ...SPACE_ONCE] : ['eio'];
    case 'create':
      return ['eio', ...SPACE, 'emfile'];
    default:
      return syscall === 'open' ? ['eio', 'emfile'] : ['eio'];
  }
}

/** Whether a write puts data where the file has none; what it overwrites has its blocks. */
function needsBlock({ ino, changes }: Draft, image: Image): boolean {
  const inode = image.inode(ino);
  if (inode?.kind !== 'file') return false;
  return changes.some((change) => change.type === 'page' && (inode.pages[change.index] ?? null) === null);
}
