import type { Lanes } from '../../disk/image/mix.ts';
import type { Guard } from '../../programs/guard.ts';
import type { Ending, Part } from '../../programs/program.ts';

/** The life that a thread is in. */
export interface Where {
  readonly part: Part;
  /** The disk that it began on. */
  readonly disk: Lanes;
}

/** A life that took its thread with it, and how: it never gave it back, or brought it to its end. */
export interface Fatal extends Where {
  readonly how: 'hung' | 'died';
  readonly why: string;
}

const PARTS: readonly Part[] = ['setup', 'run', 'recover', 'check'];

/** Numbers that both threads see: signs of life, the part from 1 on or 0 between lives, and the four of a disk. */
const WORDS = 6;

export function whereabouts(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT));
}

/** The side of the thread that lives. */
export class SharedGuard implements Guard {
  readonly #words: Int32Array;
  readonly #known = new Map<string, Ending>();
  met = false;

  constructor(words: Int32Array) {
    this.#words = words;
  }

  /** A job begins; so much is known of it. */
  begin(known: readonly Fatal[]): void {
    this.met = false;
    this.#known.clear();
    for (const each of known) this.#known.set(textOf(each), endingOf(each));
  }

  enter(part: Part, { a, b, c, d }: Lanes): void {
    for (const [i, lane] of [a, b, c, d].entries()) this.#words[i + 2] = lane;
    Atomics.store(this.#words, 1, PARTS.indexOf(part) + 1);
    this.beat();
  }

  beat(): void {
    Atomics.add(this.#words, 0, 1);
  }

  leave(): void {
    Atomics.store(this.#words, 1, 0);
    this.beat();
  }

  fatal(part: Part, disk: Lanes): Ending | undefined {
    if (this.#known.size === 0) return undefined;
    const ending = this.#known.get(textOf({ part, disk }));
    this.met ||= ending !== undefined;
    return ending;
  }
}

function endingOf({ how, why }: Fatal): Ending {
  return how === 'hung' ? { type: 'never ended', why } : { type: 'threw', error: why };
}

function textOf({ part, disk: { a, b, c, d } }: Where): string {
  return [part, a | 0, b | 0, c | 0, d | 0].join(' ');
}

/** The side of the thread that watches: the life that the other one is in; undefined between lives. */
export function whereIs(words: Int32Array): Where | undefined {
  const part = PARTS[Atomics.load(words, 1) - 1];
  if (part === undefined) return undefined;
  const [a, b, c, d] = words.slice(2) as unknown as [number, number, number, number];
  return { part, disk: { a, b, c, d } };
}

/** Changes as long as the other thread does something. */
export function signsOf(words: Int32Array): number {
  return Atomics.load(words, 0);
}
