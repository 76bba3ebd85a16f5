/** Pages of what is written over a drive's first content. */
const PAGE = 4096;

/** What a drive was told: to write bytes at an offset, or to make all that it has written durable. */
export type Command =
  { readonly type: 'write'; readonly offset: number; readonly bytes: Buffer } | { readonly type: 'flush' };

/** A drive's content that differs from some first content in the pages that it holds. */
export class Pages {
  readonly #below: (page: Buffer, offset: number) => void;
  readonly #pages = new Map<number, Buffer>();

  /** @param below fills a page of the first content, from an offset that is a multiple of its length */
  constructor(below: (page: Buffer, offset: number) => void) {
    this.#below = below;
  }

  write(offset: number, bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      const index = Math.floor((offset + at) / PAGE);
      const start = offset + at - index * PAGE;
      const length = Math.min(PAGE - start, bytes.length - at);
      const page = this.#pages.get(index) ?? this.#fresh(index);
      bytes.copy(page, start, at, at + length);
      this.#pages.set(index, page);
      at += length;
    }
  }

  read(offset: number, length: number): Buffer {
    const out = Buffer.alloc(length);
    for (let at = 0; at < length;) {
      const index = Math.floor((offset + at) / PAGE);
      const start = offset + at - index * PAGE;
      const part = Math.min(PAGE - start, length - at);
      (this.#pages.get(index) ?? this.#fresh(index)).copy(out, at, start, start + part);
      at += part;
    }
    return out;
  }

  #fresh(index: number): Buffer {
    const page = Buffer.alloc(PAGE);
    this.#below(page, index * PAGE);
    return page;
  }
}

/**
 * What a drive may hold when the power goes: the first `length` commands that it was given, without some pages of those
 * writes that no flush has made durable. A page of a write is the smallest part that is lost or kept.
 */
export interface Recipe {
  readonly length: number;
  /** Page `part` of the write with this number, both from 0. */
  readonly lost: readonly { readonly index: number; readonly part: number }[];
}

/** A recipe as the name of a file: `12`, or `12-9.0-9.1`. */
export function recipeName({ length, lost }: Recipe): string {
  return [length, ...lost.map(({ index, part }) => `${index}.${part}`)].join('-');
}

export function parseRecipe(name: string): Recipe | undefined {
  if (!/^\d+(?:-\d+\.\d+)*$/.test(name)) return undefined;
  const [length, ...lost] = name.split('-');
  const parts = lost.map((each) => each.split('.').map(Number) as [number, number]);
  return { length: Number(length), lost: parts.map(([index, part]) => ({ index, part })) };
}

/** Carries a recipe out. */
export function replayed(commands: readonly Command[], recipe: Recipe, onto: Pages): Pages {
  const lost = new Set(recipe.lost.map(({ index, part }) => `${index}.${part}`));
  for (const [index, command] of commands.slice(0, recipe.length).entries()) {
    if (command.type === 'flush') continue;
    for (const [part, { offset, bytes }] of pagesOf(command).entries()) {
      if (!lost.has(`${index}.${part}`)) onto.write(offset, bytes);
    }
  }
  return onto;
}

function pagesOf({
  offset,
  bytes,
}: Extract<Command, { type: 'write' }>): readonly { offset: number; bytes: Buffer }[] {
  const pages: { offset: number; bytes: Buffer }[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + PAGE - ((offset + at) % PAGE));
    pages.push({ offset: offset + at, bytes: bytes.subarray(at, end) });
    at = end;
  }
  return pages;
}

/** What others need to know of a command: of how many pages a write is; null for a flush. */
export function toldOf(command: Command): number | null {
  return command.type === 'flush' ? null : pagesOf(command).length;
}
