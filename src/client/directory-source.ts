import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, lstat, open, readdir, readlink } from 'node:fs/promises';
import type { Interrupted } from '../ports/backup-client.ts';
import type { BackupSource, SourceFile } from '../ports/backup-source.ts';
import { codeOf, reasonOf } from '../storage/errors.ts';
import {
  type ByteString,
  displayBytes,
  fromBytes,
  fromText,
  toBytes,
} from '../storage/manifest/byte-string.ts';
import { type Entry, type Letter, entryOf } from '../storage/manifest/entry.ts';
import { comparePaths } from '../storage/manifest/path-order.ts';
import { attributesOf } from './stat-attributes.ts';

/** Files of up to this many bytes are read in one piece. */
const SMALL = 1 << 20;
const CHUNK = 64 * 1024;

export interface DirectoryOptions {
  /** Absolute paths that are left out with all that is below them: the store itself, above all. */
  readonly skip?: readonly string[];
}

/** A real directory, given by its absolute path, and all below it on the same file system. */
export function directorySource(directory: string, { skip = [] }: DirectoryOptions = {}): BackupSource {
  const skipped = new Set(skip.map(fromText));
  return {
    scan: () => new Scan(skipped).from(fromText(directory)),
    read,
  };
}

class Scan {
  private readonly skipped: ReadonlySet<ByteString>;
  /** The first name of each file that has several, by device and inode. */
  private readonly firstNames = new Map<string, ByteString>();
  private device: bigint | undefined;

  constructor(skipped: ReadonlySet<ByteString>) {
    this.skipped = skipped;
  }

  async *from(path: ByteString): AsyncGenerator<Entry | string, void, undefined> {
    if (this.skipped.has(path)) {
      yield `${displayBytes(path)} is not in the backup: it was left out`;
      return;
    }
    let stat: BigIntStats;
    let entry: Entry;
    try {
      stat = await lstat(onDisk(path), { bigint: true });
      entry = await this.entryFor(path, stat);
    } catch (error) {
      yield unreadable(path, error);
      return;
    }
    yield entry;
    if (stat.isDirectory()) yield* this.below(path, stat);
  }

  private async *below(path: ByteString, stat: BigIntStats): AsyncGenerator<Entry | string, void, undefined> {
    this.device ??= stat.dev;
    if (stat.dev !== this.device) {
      yield `${displayBytes(path)} was not entered: it is another file system`;
      return;
    }
    let names: ByteString[];
    try {
      names = (await readdir(onDisk(path), { encoding: 'buffer' })).map(fromBytes);
    } catch (error) {
      yield unreadable(path, error);
      return;
    }
    for (const name of names.sort(comparePaths))
      yield* this.from(path === '/' ? `/${name}` : `${path}/${name}`);
  }

  private async entryFor(path: ByteString, stat: BigIntStats): Promise<Entry> {
    const attributes = attributesOf(stat);
    if (stat.isDirectory()) return entryOf('d', path, attributes);
    if (stat.nlink > 1n) {
      const identity = `${stat.dev}:${stat.ino}`;
      const first = this.firstNames.get(identity);
      if (first !== undefined) return entryOf('L', path, attributes, { link: first });
      this.firstNames.set(identity, path);
    }
    if (stat.isSymbolicLink()) {
      const link = fromBytes(await readlink(onDisk(path), { encoding: 'buffer' }));
      return entryOf('l', path, attributes, { link });
    }
    const letter: Letter = stat.isFile() ? 'f' : 's';
    return entryOf(letter, path, attributes);
  }
}

async function read(entry: Entry): Promise<SourceFile | Interrupted> {
  let file: FileHandle | undefined;
  try {
    // Whatever took the file's place meanwhile must neither be followed nor waited for.
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    file = await open(onDisk(entry.path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const stat = await file.stat({ bigint: true });
    if (!stat.isFile()) return { interrupted: 'it is no regular file any more' };
    const attributes = attributesOf(stat);
    if (stat.size > SMALL) {
      const data = chunks(file);
      file = undefined;
      return { attributes, data };
    }
    return { attributes, data: await file.readFile() };
  } catch (error) {
    return { interrupted: codeOf(error) === 'ENOENT' ? 'it has vanished' : reasonOf(error) };
  } finally {
    await file?.close();
  }
}

/** Reads to the end, however long the file has become, and closes it. */
async function* chunks(file: FileHandle): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read(new Uint8Array(CHUNK), 0, CHUNK, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

function onDisk(path: ByteString): Buffer {
  return Buffer.from(toBytes(path));
}

function unreadable(path: ByteString, error: unknown): string {
  return `${displayBytes(path)} is not in the backup: ${reasonOf(error)}`;
}
