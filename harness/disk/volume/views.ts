import type { Core } from '../core/core.ts';
import { copyOut } from '../core/data.ts';
import type { Descriptor } from '../core/descriptor.ts';
import { join } from '../core/paths.ts';
import { Stats } from '../core/stats.ts';
import type { Inode } from '../image/types.ts';

/**
 * What memfs' API layer looks at where it expects objects of its own file system: an inode, a name, an open file.
 * Each is made for one question and shows the disk as it is when asked.
 */
export class NodeView {
  readonly ino: number;
  readonly stats: Stats;
  readonly #inode: Inode;

  constructor(core: Core, ino: number) {
    const inode = core.image.inode(ino)!;
    this.ino = ino;
    this.#inode = inode;
    const gone = inode.names.length === 0 && ino !== 1;
    this.stats = new Stats(ino, inode, gone ? 0 : core.image.links(ino), core.times(ino));
  }

  get mode(): number {
    return this.stats.mode;
  }

  get nlink(): number {
    return this.stats.nlink;
  }

  get uid(): number {
    return 0;
  }

  get gid(): number {
    return 0;
  }

  get rdev(): number {
    return 0;
  }

  get atime(): Date {
    return this.stats.atime;
  }

  get mtime(): Date {
    return this.stats.mtime;
  }

  get ctime(): Date {
    return this.stats.ctime;
  }

  get btime(): Date {
    return this.stats.birthtime;
  }

  get symlink(): string {
    return this.#inode.kind === 'symlink' ? this.#inode.target : '';
  }

  getSize(): number {
    return this.stats.size;
  }

  getBuffer(): Buffer {
    if (this.#inode.kind !== 'file') return Buffer.alloc(0);
    const buffer = Buffer.allocUnsafe(this.#inode.size);
    copyOut(this.#inode, 0, this.#inode.size, buffer, 0);
    return buffer;
  }

  isFile(): boolean {
    return this.stats.isFile();
  }

  isDirectory(): boolean {
    return this.stats.isDirectory();
  }

  isSymlink(): boolean {
    return this.stats.isSymbolicLink();
  }

  /** Everything runs as root. */
  canRead(): boolean {
    return true;
  }

  canWrite(): boolean {
    return true;
  }

  canExecute(): boolean {
    return this.#inode.kind !== 'file' || (this.#inode.mode & 0o111) !== 0;
  }
}

/** An inode under the name that it was found by. */
export class LinkView {
  readonly #core: Core;
  readonly #path: string;
  readonly ino: number;

  constructor(core: Core, path: string, ino: number) {
    this.#core = core;
    this.#path = path;
    this.ino = ino;
  }

  getNode(): NodeView {
    return new NodeView(this.#core, this.ino);
  }

  getName(): string {
    return this.#path.slice(this.#path.lastIndexOf('/') + 1);
  }

  /** Physical, for `realpath`. */
  getPath(): string {
    return this.#core.realpath(this.#path);
  }

  getParentPath(): string {
    return this.#path.slice(0, Math.max(1, this.#path.lastIndexOf('/')));
  }

  /** A directory's entries by name, in order. Empty for all else. */
  get children(): Map<string, LinkView> {
    const inode = this.#core.image.inode(this.ino);
    const children = new Map<string, LinkView>();
    if (inode?.kind !== 'dir') return children;
    for (const [name, ino] of inode.entries.sorted()) {
      children.set(name, new LinkView(this.#core, join(this.#path, name), ino));
    }
    return children;
  }

  getChild(name: string): LinkView | undefined {
    return this.children.get(name);
  }
}

/** An open file. */
export class FileView {
  readonly fd: number;
  readonly flags: number;
  readonly link: LinkView;
  readonly node: NodeView;
  readonly #file: Descriptor;

  constructor(core: Core, file: Descriptor) {
    this.fd = file.fd;
    this.flags = file.flags;
    this.link = new LinkView(core, file.path, file.ino);
    this.node = new NodeView(core, file.ino);
    this.#file = file;
  }

  get position(): number {
    return this.#file.position;
  }

  set position(position: number) {
    this.#file.position = position;
  }

  getBuffer(): Buffer {
    return this.node.getBuffer();
  }
}
