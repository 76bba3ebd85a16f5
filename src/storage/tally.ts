import type { Action } from './compare.ts';
import { type Entry, type Letter, hasData } from './manifest/entry.ts';

/** How many entries of one letter were what. */
export interface Count {
  /** In a backup: not in the one before. In a restore: sent. */
  count: number;
  changed: number;
  same: number;
  deleted: number;
  scanned: number;
}

/** Whose sizes count as bytes of a backup. */
const FILES: ReadonlySet<Letter> = new Set(['f', 'y', 'k']);

/** Counts entries as Burp does: by their letters. */
export class Tally {
  private readonly counts = new Map<Letter, Count>();
  /** Bytes of all files by the scan, and of all plain data that were kept or sent. */
  estimated = 0;
  bytes = 0;

  /** Of this letter, or of all letters together. */
  of(letter?: Letter): Readonly<Count> {
    const chosen = letter === undefined ? [...this.counts.values()] : [this.at(letter)];
    const sum = (key: keyof Count) => chosen.reduce((total, one) => total + one[key], 0);
    const [count, changed, same] = [sum('count'), sum('changed'), sum('same')];
    return { count, changed, same, deleted: sum('deleted'), scanned: sum('scanned') };
  }

  scanned({ letter, attributes, end }: Entry): void {
    this.at(letter).scanned++;
    if (end) this.estimated += end.size;
    else if (FILES.has(letter)) this.estimated += Number(attributes.size);
  }

  /** An entry of a new backup, what was there before, and what was done about it. */
  kept(entry: Entry, old: Entry | undefined, action: Action): void {
    const count = this.at(entry.letter);
    this.bytes += entry.end?.size ?? 0;
    if (!old) count.count++;
    else if (hasData(entry.letter) ? action === 'keep' : isSame(entry, old)) count.same++;
    else count.changed++;
  }

  deleted({ letter }: Entry): void {
    this.at(letter).deleted++;
  }

  /** An entry of a restore. */
  sent({ letter, end }: Entry): void {
    this.at(letter).count++;
    this.bytes += end?.size ?? 0;
  }

  private at(letter: Letter): Count {
    let count = this.counts.get(letter);
    if (!count) {
      count = { count: 0, changed: 0, same: 0, deleted: 0, scanned: 0 };
      this.counts.set(letter, count);
    }
    return count;
  }
}

function isSame(entry: Entry, old: Entry): boolean {
  const [now, then] = [entry.attributes, old.attributes];
  if (entry.letter !== old.letter || entry.link !== old.link) return false;
  return BigInt(now.mtime) === BigInt(then.mtime) && BigInt(now.ctime) === BigInt(then.ctime);
}
