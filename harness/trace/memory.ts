/** A stretch of memory that is shared with a file of the disk. */
export interface Mapping {
  readonly from: number;
  readonly to: number;
  /** Where in the file it begins. */
  readonly offset: number;
  readonly file: { readonly ino: number };
  readonly path: string;
}

/** What of one address space is shared with files of the disk, and may be written to. */
export class Memory {
  maps: readonly Mapping[] = [];

  add(map: Mapping): void {
    this.maps = [...this.maps, map];
  }

  /** What is mapped anywhere between two addresses. */
  in(from: number, to: number): readonly Mapping[] {
    return this.maps.filter((map) => map.from < to && from < map.to);
  }

  /** Cuts a stretch out of all that is mapped. */
  remove(from: number, to: number): void {
    if (this.in(from, to).length === 0) return;
    this.maps = this.maps.flatMap((map) => {
      const before = { ...map, to: Math.min(map.to, from) };
      const start = Math.max(map.from, to);
      const after = { ...map, from: start, offset: map.offset + start - map.from };
      return [before, after].filter((part) => part.from < part.to);
    });
  }

  /** mremap(2) */
  move(from: number, length: number, to: number, size: number): void {
    const [map] = this.in(from, from + 1);
    this.remove(from, from + length);
    if (!map) return;
    this.remove(to, to + size);
    this.add({ ...map, from: to, to: to + size, offset: map.offset + from - map.from });
  }

  /** For a child with memory of its own. */
  copy(): Memory {
    const copy = new Memory();
    copy.maps = this.maps;
    return copy;
  }
}
