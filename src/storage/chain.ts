import type { FileSystem } from '../ports/file-system.ts';
import type { Scratch } from '../ports/scratch.ts';
import { type Basis, type Stored, basisOf } from './basis.ts';
import { damage, isDamage } from './codec/damage.ts';
import { type SizeAndMd5, measure, md5Of } from './codec/digest.ts';
import { isPacked, isSumOf, measureAll, readPlain, streamPlain } from './content.ts';
import { patchOf } from './delta/patch.ts';
import { type Data, writeAll } from './durable.ts';
import { codeOf, ifThere } from './errors.ts';
import { placeOf } from './job.ts';
import { DATA, REVERSE } from './layout.ts';
import type { Entry } from './manifest/entry.ts';
import { IN_MEMORY, openFor, patchBasis, readDelta } from './plain.ts';

/** Where old files are looked for: the backup itself and all newer finished ones, in order. */
export interface Chain {
  readonly fs: FileSystem;
  /** Paths of the backups' directories. */
  readonly directories: readonly string[];
  /** The directories as they are now: a backup may have been finished since, and have taken files over. */
  readonly again?: () => Promise<readonly string[]>;
  /** Where the steps between are kept, if large files are to pass through the disk instead of the memory. */
  readonly scratch: Scratch | undefined;
}

/**
 * The plain data of an entry of the chain's first backup: the first `data` that has it, going up, and on the way back
 * down the reverse deltas. EBADMSG if that does not give what the manifest says: thrown at once for small files, and
 * for streams at their end, until when nothing of them may be trusted.
 */
export async function openEntry(chain: Chain, entry: Entry): Promise<Data> {
  try {
    return await openFrom(chain, entry);
  } catch (error) {
    if (!isDamage(error) && codeOf(error) !== 'ENOENT') throw error;
    const directories = (await chain.again?.()) ?? chain.directories;
    return openFrom({ ...chain, directories }, entry);
  }
}

/** A file that the disk can't read is damaged like any other: that costs this file, and not those after it. */
export function unreadableAsDamage(error: unknown): unknown {
  if (codeOf(error) !== 'EIO') return error;
  return Object.assign(new Error("the disk can't read it (EIO)", { cause: error }), { code: 'EBADMSG' });
}

async function openFrom(chain: Chain, entry: Entry): Promise<Data> {
  try {
    const { base, deltas } = await findParts(chain, entry);
    const { fs, scratch } = chain;
    if (entry.end!.size <= (scratch?.from ?? IN_MEMORY)) return await inMemory(fs, base, deltas, entry);
    if (deltas.length === 0) return checked(streamPlain(fs, base.path, base.packed), entry);
    if (scratch === undefined) return await inMemory(fs, base, deltas, entry);
    return checked(throughDisk(fs, scratch, base, deltas), entry);
  } catch (error) {
    throw unreadableAsDamage(error);
  }
}

/** Why an entry with data would not restore, or undefined if it would. */
export async function whyDamaged(chain: Chain, entry: Entry): Promise<string | undefined> {
  try {
    const data = await openEntry(chain, entry);
    if (!(data instanceof Uint8Array)) await measureAll(data);
    return undefined;
  } catch (error) {
    if (!isDamage(error)) throw error;
    return error.message;
  }
}

export interface Parts {
  readonly base: Stored;
  /** Paths of the reverse deltas, in the order in which they apply. */
  readonly deltas: readonly string[];
}

/** The file that a restore begins with, and what leads from it to the entry. EBADMSG if there is none. */
export async function findParts({ fs, directories }: Chain, entry: Entry): Promise<Parts> {
  const deltas: string[] = [];
  for (const directory of directories) {
    const path = placeOf(directory, entry, DATA);
    const stat = await ifThere(fs.lstat(path));
    if (stat?.isFile()) return { base: { path, packed: isPacked(entry), size: stat.size }, deltas };
    const reverse = placeOf(directory, entry, REVERSE);
    if (await ifThere(fs.lstat(reverse))) deltas.unshift(reverse);
  }
  throw damage('the store', 0, 'the file is in none of the backups that should have it');
}

async function inMemory(
  fs: FileSystem,
  base: Stored,
  deltas: readonly string[],
  entry: Entry,
): Promise<Uint8Array> {
  let plain = await readPlain(fs, base.path, base.packed);
  for (const path of deltas) plain = patchOf(plain, await readDelta(fs, path));
  checkSum({ size: plain.length, md5: md5Of(plain) }, entry);
  return plain;
}

/** Each step but the last is written on the side, because the next one may read it at random. */
async function* throughDisk(
  fs: FileSystem,
  scratch: Scratch,
  base: Stored,
  deltas: readonly string[],
): AsyncGenerator<Uint8Array, void, undefined> {
  let from = await openFor(fs, base, deltas[0]!, (plain) => onTheSide(scratch, plain));
  try {
    for (const path of deltas.slice(0, -1)) {
      const next = await onTheSide(scratch, patchBasis(fs, from, path));
      await from.close();
      from = next;
    }
    yield* patchBasis(fs, from, deltas.at(-1)!);
  } finally {
    await from.close();
  }
}

async function onTheSide(scratch: Scratch, data: AsyncIterable<Uint8Array>): Promise<Basis> {
  const file = await scratch.file();
  try {
    for await (const chunk of data) await writeAll(file, chunk);
  } catch (error) {
    await file.close();
    throw error;
  }
  return basisOf(file);
}

async function* checked(
  data: AsyncIterable<Uint8Array>,
  entry: Entry,
): AsyncGenerator<Uint8Array, void, undefined> {
  const measured = measure(data);
  try {
    yield* measured.stream;
  } catch (error) {
    throw unreadableAsDamage(error);
  }
  checkSum(measured.result(), entry);
}

/** Throws EBADMSG if these are not the entry's data. */
export function checkSum(sum: SizeAndMd5, entry: Entry): void {
  if (isSumOf(sum, entry)) return;
  throw damage(
    'the stored data',
    sum.size,
    `it is not the file that was backed up (${entry.end?.md5 ?? ''})`,
  );
}
