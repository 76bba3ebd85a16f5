import type { ByteString } from '../storage/manifest/byte-string.ts';
import { type Entry, entryOf } from '../storage/manifest/entry.ts';

const TYPE = 0o170000;
const DIRECTORY = 0o040000;

/**
 * One directory of a backup, as a file manager shows it: itself as `.`, and what is directly in it by its last name.
 * Entries have to be shown in manifest order. What is deeper down stands for the directory that it is in, since a backup
 * need not have entries for all directories above its files.
 */
export class DirectoryView {
  isFound = false;
  /** With a slash at its end; the root is `/`, and what is above the root is empty. */
  private readonly prefix: ByteString;
  private readonly directory: ByteString;
  private last: ByteString | undefined;

  constructor(directory: ByteString) {
    const trimmed = directory.replace(/\/+$/, '');
    this.directory = directory !== '' && trimmed === '' ? '/' : trimmed;
    this.prefix = directory === '' ? '' : `${trimmed}/`;
    // An empty backup has no root to be found.
    this.isFound = directory === '';
  }

  /** The entry as the directory shows it, or undefined if it doesn't. */
  show(entry: Entry): Entry | undefined {
    const name = this.nameOf(entry.path);
    if (name === undefined) return undefined;
    this.isFound = true;
    if (name === this.last) return undefined;
    this.last = name;
    const isDeeper = name !== '.' && this.prefix + name !== entry.path;
    return isDeeper ? standIn(entry, name) : { ...entry, path: name };
  }

  private nameOf(path: ByteString): ByteString | undefined {
    // The root of a drive is `C:/` in a manifest, and `C:` where somebody asks for it.
    if (path === this.directory || path === this.prefix) return '.';
    if (this.prefix === '') return path.startsWith('/') ? '/' : path.split('/', 1)[0];
    if (!path.startsWith(this.prefix)) return undefined;
    const [name] = path.slice(this.prefix.length).split('/', 1);
    return name === '' ? undefined : name;
  }
}

function standIn(entry: Entry, name: ByteString): Entry {
  const { attributes } = entry;
  const mode = (attributes.mode & ~TYPE) | DIRECTORY;
  return entryOf('d', name, { ...attributes, mode });
}
