import type { Image } from '../../disk/image/image.ts';
import type { Inode } from '../../disk/image/types.ts';
import type { Op } from '../../disk/journal.ts';

/** What sort of thing each inode of a life is: those of the disk at its beginning, and those that ops have made. */
export class Inodes {
  readonly #boot: Image;
  readonly #born = new Map<number, Inode['kind']>();

  constructor(boot: Image) {
    this.#boot = boot;
  }

  take({ birth }: Op): void {
    if (birth) this.#born.set(birth.ino, birth.inode.kind);
  }

  isDirectory(ino: number): boolean {
    return (this.#born.get(ino) ?? this.#boot.inode(ino)?.kind) === 'dir';
  }
}
