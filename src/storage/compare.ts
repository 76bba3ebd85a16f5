import type { BackupRecord } from './record.ts';
import { isEncrypted, isPacked } from './content.ts';
import { type Entry, compareEntries, hasData, isDirectory } from './manifest/entry.ts';
import { isWindowsPath } from './manifest/windows-path.ts';

/** What is to be done about an entry of a scan. */
export type Action = 'record' | 'keep' | 'delta' | 'whole';

/** Decisions that both sides of a comparison go by. */
export type DeltaRules = Pick<BackupRecord, 'librsync' | 'librsyncMaxSize'>;

/** Decisions that asking goes by as well. `smallestDelta`: a smaller new file, in bytes, is asked for whole. */
export type GatherRules = DeltaRules &
  Pick<BackupRecord, 'maxHardlinks'> & { readonly smallestDelta: number };

/** Told of entries that only the old list has. */
export type OnlyOld = (entry: Entry) => void;

/**
 * Pairs the entries of two lists, both in manifest order, that are about the same part of the same path. Both are read
 * side by side, once, to their ends.
 */
export async function* pairs(
  entries: AsyncIterable<Entry>,
  old: AsyncIterable<Entry> | undefined,
  onlyOld?: OnlyOld,
): AsyncGenerator<readonly [entry: Entry, old: Entry | undefined]> {
  const before = new Advancing(old, onlyOld);
  try {
    for await (const entry of entries) yield [entry, await before.match(entry)];
    if (onlyOld) await before.rest();
  } finally {
    await before.close();
  }
}

/** The old list, which follows the new one. */
class Advancing {
  private readonly iterator: AsyncIterator<Entry> | undefined;
  private readonly onlyOld: OnlyOld | undefined;
  private next: Entry | undefined;
  private begun = false;

  constructor(list: AsyncIterable<Entry> | undefined, onlyOld: OnlyOld | undefined) {
    this.iterator = list?.[Symbol.asyncIterator]();
    this.onlyOld = onlyOld;
  }

  async match(entry: Entry): Promise<Entry | undefined> {
    if (!this.begun) await this.advance();
    for (;;) {
      const candidate = this.next;
      const order = candidate ? compareEntries(candidate, entry) : 1;
      if (order > 0) return undefined;
      await this.advance();
      if (order === 0) return candidate;
      this.onlyOld?.(candidate!);
    }
  }

  async rest(): Promise<void> {
    if (!this.begun) await this.advance();
    for (; this.next; await this.advance()) this.onlyOld?.(this.next);
  }

  /** Whoever stops early has files to close. */
  async close(): Promise<void> {
    await this.iterator?.return?.();
  }

  private async advance(): Promise<void> {
    this.begun = true;
    const result = await this.iterator?.next();
    this.next = result && !result.done ? result.value : undefined;
  }
}

/**
 * What Burp would ask its client for, given the entry of the scan and that of the previous backup. Times are whole
 * seconds. Unlike Burp, a changed size counts as a change: a file may well change twice within a second.
 */
export function actionFor(entry: Entry, old: Entry | undefined, rules: GatherRules): Action {
  if (!hasData(entry.letter)) return 'record';
  if (!old || old.letter !== entry.letter) return 'whole';
  if (isUnchanged(entry, old)) return 'keep';
  const sizes = [Number(entry.attributes.size), old.end?.size ?? 0];
  const isLarge = sizes[0]! >= rules.smallestDelta;
  return isLarge && mayBeDelta(entry, old, rules, sizes) ? 'delta' : 'whole';
}

/** Whether one may be kept as a delta from the other. `sizes` are those of the two files, in bytes. */
export function mayBeDelta(a: Entry, b: Entry, rules: DeltaRules, sizes: readonly number[]): boolean {
  if (!rules.librsync || a.letter !== 'f' || b.letter !== 'f') return false;
  if (isEncrypted(a) || isEncrypted(b)) return false;
  // A restore goes through both files, and knows of the packing from one of them only.
  if (isPacked(a) !== isPacked(b)) return false;
  return rules.librsyncMaxSize === 0 || sizes.every((size) => size <= rules.librsyncMaxSize);
}

/** The old entry's data under the new entry's attributes. */
export function keepData(entry: Entry, old: Entry): Entry {
  const { compression, encryption, salt } = old.attributes;
  return { ...old, attributes: { ...entry.attributes, compression, encryption, salt } };
}

/** On Windows a file's permissions are part of its data, and only their times tell when they have changed. */
function isUnchanged(entry: Entry, old: Entry): boolean {
  const [now, then] = [entry.attributes, old.attributes];
  if (BigInt(now.mtime) !== BigInt(then.mtime) || isDirectory(entry) !== isDirectory(old)) return false;
  if (entry.kind === 'file' && BigInt(now.size) !== BigInt(then.size)) return false;
  return (entry.kind === 'file' && !isWindowsPath(entry.path)) || BigInt(now.ctime) === BigInt(then.ctime);
}
