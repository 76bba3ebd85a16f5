import { chmod, lchown, link, lstat, lutimes, mkdir, open, rename, symlink, unlink } from 'node:fs/promises';
import type { Data } from '../storage/durable.ts';
import type { RestoreSink } from '../ports/restore-sink.ts';
import { codeOf, ifThere, reasonOf } from '../storage/errors.ts';
import { whyRefused } from '../storage/data-path.ts';
import { type ByteString, displayBytes, fromText, toBytes } from '../storage/manifest/byte-string.ts';
import type { Entry } from '../storage/manifest/entry.ts';
import { makeSpecial } from './special-file.ts';

export interface SinkOptions {
  /** Replace files that are there already. Directories are always shared. */
  readonly overwrite?: boolean;
}

const PERMISSIONS = 0o7777;
/** What would be said of every entry that follows. */
const OF_THE_DISK = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS']);
/** Linux's, in bytes and with the zero at the end. */
const LONGEST_PATH = 4096;
const TEMPORARY = '.jiggle-restore';
const SPECIAL = '.jiggle-special';

/** Restores into a real directory, and never out of it: it follows no symbolic link below itself. */
export class DirectorySink implements RestoreSink {
  private readonly root: ByteString;
  private readonly overwrite: boolean;
  /** Directories that exist and are no links, by path below the root. */
  private readonly known = new Set<ByteString>(['']);
  /** Restored directories: their modes and times come last, because what is made in them changes those. */
  private readonly directories: { readonly entry: Entry; readonly path: ByteString }[] = [];

  constructor(directory: string, { overwrite = false }: SinkOptions = {}) {
    this.root = fromText(directory);
    this.overwrite = overwrite;
  }

  make(entry: Entry, path: ByteString): Promise<string | undefined> {
    return this.attempt(path, async () => {
      switch (entry.kind) {
        case 'dir':
          await this.makeDirectory(path === '/' ? '' : path);
          this.directories.push({ entry, path });
          return undefined;
        case 'symlink':
          await this.place(path, (temporary) => symlink(bytes(entry.link!), temporary));
          await this.setAttributes(entry, path);
          return undefined;
        case 'hardlink':
          await this.checkParent(entry.link!);
          await this.place(path, (temporary) => link(this.at(entry.link!), temporary));
          return undefined;
        case 'special':
          return this.makeSpecial(entry, path);
        default:
          return `jiggle can't make entries of kind ${entry.kind}`;
      }
    });
  }

  /** Made directly below the root first, since programs take only paths that are UTF-8. */
  private async makeSpecial(entry: Entry, path: ByteString): Promise<string | undefined> {
    const made = this.at(`/${SPECIAL}`);
    await removeIfThere(made);
    const reason = await makeSpecial(entry.attributes, made.toString());
    if (reason !== undefined) return reason;
    try {
      await this.place(path, (temporary) => rename(made, temporary));
    } finally {
      await removeIfThere(made);
    }
    await this.setAttributes(entry, path);
    return undefined;
  }

  write(entry: Entry, path: ByteString, data: Data): Promise<string | undefined> {
    return this.attempt(path, async () => {
      await this.place(path, (temporary) => writeFile(temporary, data));
      await this.setAttributes(entry, path);
      return undefined;
    });
  }

  async finish(): Promise<readonly string[]> {
    const failures: string[] = [];
    for (const { entry, path } of this.directories.toReversed()) {
      const reason = await this.attempt(path, async () => {
        await this.setAttributes(entry, path);
        return undefined;
      });
      if (reason !== undefined) failures.push(`${displayBytes(path)}: ${reason}`);
    }
    return failures;
  }

  /** Makes something under a temporary name, then moves it to its place: nothing is there half written. */
  private async place(path: ByteString, makeAt: (temporary: Buffer) => Promise<unknown>): Promise<void> {
    const parent = path.slice(0, path.lastIndexOf('/'));
    await this.makeDirectory(parent);
    const temporary = this.at(`${parent}/${TEMPORARY}`);
    await removeIfThere(temporary);
    try {
      await makeAt(temporary);
      if (!this.overwrite && (await ifThere(lstat(this.at(path)))))
        throw Object.assign(new Error('it exists already'), { code: 'EEXIST' });
      await rename(temporary, this.at(path));
    } finally {
      // After the rename of a second name of the same file, the temporary name is still there, as POSIX has it.
      await removeIfThere(temporary);
    }
  }

  private async makeDirectory(path: ByteString): Promise<void> {
    if (this.known.has(path)) return;
    await this.makeDirectory(path.slice(0, path.lastIndexOf('/')));
    try {
      await mkdir(this.at(path), { mode: 0o700 });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST' || !(await lstat(this.at(path))).isDirectory()) throw error;
    }
    this.known.add(path);
  }

  /** A link's target was restored just before, below the root; still, no component may lead out of it. */
  private async checkParent(path: ByteString): Promise<void> {
    const refused = this.whyNotBelow(path);
    if (refused !== undefined) throw new Error(`the link's target: ${refused}`);
    await this.makeDirectory(path.slice(0, path.lastIndexOf('/')));
  }

  private async setAttributes(entry: Entry, path: ByteString): Promise<void> {
    const { mode, uid, gid, atime, mtime } = entry.attributes;
    const target = path === '/' ? this.at('') : this.at(path);
    // Changing the owner clears the set-user-ID bit, and changing the mode the times: so in this order.
    if (process.getuid?.() === 0) await lchown(target, uid, gid);
    if (entry.kind !== 'symlink') await chmod(target, mode & PERMISSIONS);
    await lutimes(target, Number(atime), Number(mtime));
  }

  private whyNotBelow(path: ByteString): string | undefined {
    // It would fail in the end, but only after a directory was made for each of perhaps thousands of components.
    if (this.root.length + path.length >= LONGEST_PATH)
      return `no path here can have ${LONGEST_PATH} bytes or more`;
    return whyRefused(path);
  }

  private at(path: ByteString): Buffer {
    return bytes(this.root + path);
  }

  private async attempt(
    path: ByteString,
    action: () => Promise<string | undefined>,
  ): Promise<string | undefined> {
    const refused = this.whyNotBelow(path);
    if (refused !== undefined) return `refused: ${refused}`;
    try {
      return await action();
    } catch (error) {
      if (OF_THE_DISK.has(codeOf(error) ?? '')) throw error;
      return reasonOf(error);
    }
  }
}

async function writeFile(path: Buffer, data: Data): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    if (data instanceof Uint8Array) await file.writeFile(data);
    else for await (const chunk of data) await file.writeFile(chunk);
  } finally {
    await file.close();
  }
}

async function removeIfThere(path: Buffer): Promise<void> {
  await ifThere(unlink(path));
}

function bytes(path: ByteString): Buffer {
  return Buffer.from(toBytes(path));
}
