import assert from 'node:assert';
import { ByteBuilder } from '../codec/byte-builder.ts';
import { ByteQueue } from '../codec/byte-queue.ts';
import { damage } from '../codec/damage.ts';
import { decodeCommand } from './command.ts';
import {
  MAGIC_LENGTH,
  type PatchOptions,
  SizeLimit,
  checkMagic,
  copyBeyond,
  cutShort,
  newCommand,
} from './patch.ts';

// mutant: equivalent: how much at a time is a matter of speed and memory alone
const PIECE = 128 * 1024;

/** Reads `length` bytes of the old data at `offset`; fewer only if the data ends there. */
export type ReadAt = (offset: number, length: number) => Promise<Uint8Array>;

/**
 * Like `patchOf`, for data of any size. Data comes out before the end of the delta is known to be good, so nothing of
 * it may be trusted until the stream has ended without an error. Errors of `readBasis` and of the input pass unchanged.
 */
export async function* patch(
  readBasis: ReadAt,
  delta: AsyncIterable<Uint8Array>,
  options: PatchOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const parser = new CommandParser(options);
  const out = new ByteBuilder();
  for await (const chunk of delta) {
    for (const part of parser.push(chunk)) {
      if (part instanceof Uint8Array) {
        out.append(part);
        if (out.length >= PIECE) yield out.take();
        continue;
      }
      for (let done = 0; done < part.length;) {
        const piece = await readPiece(readBasis, part, done);
        out.append(piece);
        done += piece.length;
        if (out.length >= PIECE) yield out.take();
      }
    }
  }
  parser.finish();
  if (out.length > 0) yield out.take();
}

/**
 * Whether a delta copies from the old data in its order, nothing twice: then the old data need only be read once, from
 * its start. EBADMSG if it is no delta.
 */
export async function goesForward(delta: AsyncIterable<Uint8Array>): Promise<boolean> {
  const parser = new CommandParser({});
  let from = 0;
  for await (const chunk of delta) {
    for (const part of parser.push(chunk)) {
      if (part instanceof Uint8Array) continue;
      if (part.offset < from) return false;
      from = part.offset + part.length;
    }
  }
  parser.finish();
  return true;
}

/** A copy of old data, with the place in the delta that asks for it. */
interface Copy {
  readonly offset: number;
  readonly length: number;
  readonly at: number;
}

async function readPiece(readBasis: ReadAt, copy: Copy, done: number): Promise<Uint8Array> {
  const length = Math.min(PIECE, copy.length - done);
  const offset = copy.offset + done;
  const piece = await readBasis(offset, length);
  assert(piece.length <= length, `asked for ${length} bytes of the old data, got ${piece.length}`);
  if (piece.length === 0) throw copyBeyond(copy, copy.at, offset);
  return piece;
}

/** Takes a delta apart while it streams by. What it gives is valid only until the next step. */
class CommandParser {
  private readonly waiting = new ByteQueue();
  private readonly command = newCommand();
  private readonly limit: SizeLimit;
  /** Place in the delta of the first byte that waits. */
  private at = 0;
  /** Bytes of the current literal that are still to come. */
  private literal = 0;
  private ended = false;

  constructor(options: PatchOptions) {
    this.limit = new SizeLimit(options);
  }

  *push(chunk: Uint8Array): Generator<Uint8Array | Copy, void, undefined> {
    this.waiting.append(chunk);
    if (this.at === 0) {
      if (this.waiting.length < MAGIC_LENGTH) return;
      checkMagic(this.waiting.view());
      this.advance(MAGIC_LENGTH);
    }
    while (this.waiting.length > 0) {
      if (this.literal > 0) {
        yield this.takeLiteral();
        continue;
      }
      const copy = this.takeCommand();
      if (copy === 'incomplete') return;
      if (copy) yield copy;
    }
  }

  finish(): void {
    if (!this.ended) throw cutShort(this.at + this.waiting.length);
  }

  private takeLiteral(): Uint8Array {
    const part = this.waiting.view().subarray(0, this.literal);
    this.literal -= part.length;
    this.advance(part.length);
    return part;
  }

  private takeCommand(): Copy | 'incomplete' | undefined {
    const at = this.at;
    if (this.ended) throw damage('delta', at, 'more data follows its end');
    const command = this.command;
    const used = decodeCommand(this.waiting.view(), 0, at, command);
    if (used === undefined) return 'incomplete';
    this.advance(used);
    if (command.kind === 'end') {
      this.ended = true;
      this.limit.finish(at);
      return undefined;
    }
    this.limit.add(command.length, at);
    if (command.kind === 'copy') return { offset: command.offset, length: command.length, at };
    this.literal = command.length;
    return undefined;
  }

  private advance(count: number): void {
    this.waiting.drop(count);
    this.at += count;
  }
}
