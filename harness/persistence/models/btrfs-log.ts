import type { Op } from '../../disk/journal.ts';
import { GONE, type Standing } from '../model.ts';
import { key, type Entry } from './btrfs-names.ts';

/**
 * What the log tree of the running transaction holds: inodes, and names that only it makes durable. A timer may end the
 * transaction at any time, and the log with it; so all of this says what may be, not what is.
 */
export class LogTree {
  /** By name, the inode; a name that a committed transaction holds as well is none of these. */
  readonly #names = new Map<string, number>();
  readonly #inodes = new Set<number>();
  /** Those of them that had changed: an fsync of another was seen to log it, and may as well find nothing to log. */
  readonly #sure = new Set<number>();
  /** What was changed in this transaction, names in a directory included. */
  readonly #changed = new Set<number>();

  /** Whether a name is in the log and not in the last transaction. */
  holdsName(name: Pick<Entry, 'dir' | 'name'>): boolean {
    return this.#names.has(key(name));
  }

  holds(ino: number): boolean {
    return this.#inodes.has(ino);
  }

  /** Takes in inodes that are in the log now, and entries. */
  logged(inodes: Iterable<number>, entries: readonly Entry[]): void {
    const named = entries.flatMap(({ ino }) => (ino === 0 ? [] : [ino]));
    for (const ino of [...inodes, ...named]) {
      this.#inodes.add(ino);
      if (this.#changed.has(ino)) this.#sure.add(ino);
    }
    for (const entry of entries) this.#follow(entry);
  }

  /** Takes in an op, after it has been asked about. */
  take(op: Op): void {
    const entries = op.changes.filter((change) => change.type === 'entry');
    if (this.follows(op)) for (const entry of entries) this.#follow(entry);
    for (const { dir } of entries) this.#changed.add(dir);
    if (op.kind.endsWith('sync')) return;
    for (const ino of [op.ino, op.replaced]) if (ino !== undefined) this.#changed.add(ino);
  }

  /** What it holds, by the names of inodes; of what nobody can name any more, nothing. */
  memory(name: Standing['name']): string {
    const names = [...this.#names].map(([at, ino]) => {
      const slash = at.indexOf('/');
      return [name(Number(at.slice(0, slash))), at.slice(slash), name(ino)] as const;
    });
    const called = (inodes: ReadonlySet<number>): string => {
      const known = [...inodes].map(name).filter((each) => each !== GONE);
      return known.sort().join();
    };
    const told = names.filter(([dir]) => dir !== GONE).map((each) => each.join(' '));
    const parts = [told.sort().join(), called(this.#inodes), called(this.#sure), called(this.#changed)];
    return parts.every((part) => part === '') ? '' : parts.join('|');
  }

  #follow(entry: Entry): void {
    if (entry.ino === 0) this.#names.delete(key(entry));
    else this.#names.set(key(entry), entry.ino);
  }

  /** All is durable otherwise. */
  clear(): void {
    this.#names.clear();
    this.#inodes.clear();
    this.#sure.clear();
    this.#changed.clear();
  }

  /** Whether a link, removal or rename goes to the log as well as into the transaction. */
  follows(op: Op): boolean {
    const [entry] = op.changes;
    if (entry?.type !== 'entry') return false;
    switch (op.kind) {
      case 'link':
        return this.#inodes.has(op.ino);
      case 'unlink':
      case 'rmdir':
        return this.#names.has(key(entry));
      case 'rename':
        return this.#inodes.has(op.ino) || this.#inodes.has(entry.dir);
      default:
        return false;
    }
  }

  /** The name that a rename takes out of the log without putting anything in its place. */
  losesTo(op: Op): Entry | undefined {
    const to = op.changes[1];
    if (op.kind !== 'rename' || op.replaced === undefined || to?.type !== 'entry') return undefined;
    const from = op.changes[0];
    const isSure = this.#sure.has(op.ino) || (from?.type === 'entry' && this.#sure.has(from.dir));
    return this.#names.has(key(to)) && !isSure ? { ...to, ino: 0 } : undefined;
  }
}
