import type { FileSystem, OpenFile } from '../ports/file-system.ts';
import type { ReadAt } from './delta/patch-stream.ts';
import { writeNew } from './durable.ts';

/** A stored file: where it is, whether it is packed, and the size of its plain data in bytes. */
export interface Stored {
  readonly path: string;
  readonly packed: boolean;
  readonly size: number;
}

/** The plain data that a delta begins from. */
export interface Basis {
  readonly readAt: ReadAt;
  close(): Promise<void>;
}

/** Plain data in a file of their own, which `close` removes. */
export async function unpackedTo(
  fs: FileSystem,
  scratch: string,
  plain: AsyncIterable<Uint8Array>,
): Promise<Basis> {
  await writeNew(fs, scratch, plain);
  const basis = await openFile(fs, scratch);
  return {
    readAt: basis.readAt,
    async close() {
      await basis.close();
      await fs.unlink(scratch);
    },
  };
}

export async function openFile(fs: FileSystem, path: string): Promise<Basis> {
  return basisOf(await fs.open(path, 'r'));
}

export function basisOf(file: OpenFile): Basis {
  return {
    async readAt(offset, length) {
      const buffer = new Uint8Array(length);
      const { bytesRead } = await file.read(buffer, 0, length, offset);
      return buffer.subarray(0, bytesRead);
    },
    close: () => file.close(),
  };
}

/** Data that come once were asked for again. */
export class Passed extends Error {}

/**
 * Plain data as they come: nothing can be read twice, or before what was read, which throws `Passed`. Whoever reads
 * further on skips what lies between. Fewer bytes than asked for come at the end of a piece, too.
 */
export function oneWay(plain: AsyncIterable<Uint8Array>): Basis {
  const pieces = plain[Symbol.asyncIterator]();
  let piece: Uint8Array = new Uint8Array(0);
  /** Where the piece begins in the plain data. */
  let start = 0;
  return {
    async readAt(offset, length) {
      if (offset < start) throw new Passed(`byte ${offset} was passed already, at ${start}`);
      while (offset >= start + piece.length) {
        const { done, value } = await pieces.next();
        if (done) return new Uint8Array(0);
        start += piece.length;
        piece = value;
      }
      return piece.subarray(offset - start, offset - start + length);
    },
    async close() {
      await pieces.return?.();
    },
  };
}
