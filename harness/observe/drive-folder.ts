import { Pages, parseRecipe, replayed, toldOf, type Command } from './drive.ts';
import { ROOT, type Attributes } from './fuse.ts';

/** A file of the folder. */
interface Node {
  size(): number;
  read(offset: number, length: number): Buffer;
  write?(offset: number, bytes: Buffer): void;
  flush?(): void;
}

/**
 * A folder in which files are drives. `live-N` is one with the first content, and all that it is told is recorded until
 * there is a next one. `count` is as many bytes long as it was given commands, `log` tells of each of them, as JSON; and a file whose name is a recipe holds what the power would have
 * left of it. What is written to that one, as by a mount, is nowhere else.
 */
export class DriveFolder {
  readonly #size: number;
  readonly #below: (page: Buffer, offset: number) => void;
  readonly #nodes = new Map<number, Node>();
  readonly #names = new Map<string, number>();
  #next = ROOT + 1;
  #commands: Command[] = [];

  /** @param size of each drive, in bytes; @param below see `Pages` */
  constructor(size: number, below: (page: Buffer, offset: number) => void) {
    this.#size = size;
    this.#below = below;
    this.#add('count', { size: () => this.#commands.length, read: () => Buffer.alloc(0) });
    this.#add('log', {
      size: () => this.#told().length,
      read: (offset, length) => Buffer.from(this.#told()).subarray(offset, offset + length),
    });
  }

  lookUp(name: string): Attributes | undefined {
    const known = this.#names.get(name) ?? this.#make(name);
    return known === undefined ? undefined : this.attributes(known);
  }

  attributes(node: number): Attributes {
    return { node, size: this.#nodes.get(node)?.size() ?? 0 };
  }

  node(node: number): Node | undefined {
    return this.#nodes.get(node);
  }

  /** Nobody needs what was written to a drive any more. */
  unlink(name: string): void {
    const node = this.#names.get(name);
    if (node === undefined) return;
    this.#names.delete(name);
    this.#nodes.delete(node);
  }

  #make(name: string): number | undefined {
    if (/^live-\d+$/.test(name)) return this.#add(name, this.#live());
    const recipe = parseRecipe(name);
    if (!recipe || recipe.length > this.#commands.length) return undefined;
    const pages = replayed(this.#commands, recipe, new Pages(this.#below));
    return this.#add(name, { ...this.#drive(pages), write: (offset, bytes) => pages.write(offset, bytes) });
  }

  #live(): Node {
    const pages = new Pages(this.#below);
    const commands: Command[] = [];
    this.#commands = commands;
    for (const name of this.#names.keys()) if (name.startsWith('live-')) this.unlink(name);
    return {
      ...this.#drive(pages),
      write(offset, bytes) {
        pages.write(offset, bytes);
        commands.push({ type: 'write', offset, bytes: Buffer.from(bytes) });
      },
      flush: () => void commands.push({ type: 'flush' }),
    };
  }

  #drive(pages: Pages): Pick<Node, 'size' | 'read'> {
    return {
      size: () => this.#size,
      read: (offset, length) => pages.read(offset, Math.max(0, Math.min(length, this.#size - offset))),
    };
  }

  #add(name: string, node: Node): number {
    const number = this.#next++;
    this.#nodes.set(number, node);
    this.#names.set(name, number);
    return number;
  }

  #told(): string {
    return JSON.stringify(this.#commands.map(toldOf));
  }
}
