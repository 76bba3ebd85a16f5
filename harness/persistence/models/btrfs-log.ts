import type { Change, Op } from '../../disk/journal.ts';
import type { Effect } from '../model.ts';

type Entry = Extract<Change, { type: 'entry' }>;

/**
 * What the log tree of the running transaction holds: names that only it makes durable, and directories. A timer may
 * end the transaction at any time, and the log with it; so all of this says what may be, not what is.
 */
export class LogTree {
  /** By name, the inode; a name that a committed transaction holds as well is none of these. */
  readonly #names = new Map<string, number>();
  readonly #directories = new Set<number>();

  /** Takes in what an fsync of an inode has logged. */
  logged(ino: number, effects: readonly Effect[]): void {
    for (const { changes } of effects) {
      if (changes.some((change) => change.type === 'entry' && change.dir === ino)) this.#directories.add(ino);
      this.#follow(changes);
    }
  }

  /** Takes in an op whose change of names goes to the log, after it has been asked about. */
  take(op: Op): void {
    if (this.follows(op)) this.#follow(op.changes);
  }

  #follow(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.type !== 'entry') continue;
      if (change.ino === 0) this.#names.delete(key(change));
      else this.#names.set(key(change), change.ino);
    }
  }

  /** All is durable otherwise. */
  clear(): void {
    this.#names.clear();
    this.#directories.clear();
  }

  /** Whether a link, removal or rename goes to the log as well as into the transaction. */
  follows(op: Op): boolean {
    const [entry] = op.changes;
    if (entry?.type !== 'entry') return false;
    switch (op.kind) {
      case 'link':
        return [...this.#names.values()].includes(op.ino);
      case 'unlink':
      case 'rmdir':
        return this.#names.has(key(entry));
      case 'rename':
        return this.#names.has(key(entry)) || this.#directories.has(entry.dir);
      default:
        return false;
    }
  }

  /** The name that a rename takes out of the log without putting anything in its place. */
  losesTo(op: Op): Entry | undefined {
    const to = op.changes[1];
    if (op.kind !== 'rename' || op.replaced === undefined || to?.type !== 'entry') return undefined;
    return this.#names.has(key(to)) && !this.follows(op) ? { ...to, ino: 0 } : undefined;
  }
}

function key({ dir, name }: Entry): string {
  return `${dir}/${name}`;
}
