import { crc32 } from 'node:zlib';
import { z } from 'zod';

/**
 * The end of a record in a file of events: whoever finds it, and finds that it fits, has all bytes before it. A file that
 * was cut off, has holes or holds what another left on the disk is known by that, whatever its lines look like.
 */
export const sumSchema = z.object({
  type: z.literal('sum'),
  /** Of the file, before this line. */
  bytes: z.number().int().nonnegative(),
  /** Of these bytes, in 8 hexadecimal digits. */
  crc32: z.string(),
});

export type SumLine = z.infer<typeof sumSchema>;

/** Adds up a file of events from its beginning on. */
export class Sums {
  #bytes = 0;
  #crc = 0;

  /** Takes in what comes next, ends of lines included. */
  add(text: string | Uint8Array): void {
    this.#bytes += typeof text === 'string' ? Buffer.byteLength(text) : text.length;
    this.#crc = crc32(text, this.#crc);
  }

  /** The line that closes a record here, without its end. */
  line(): SumLine {
    return { type: 'sum', bytes: this.#bytes, crc32: this.#crc.toString(16).padStart(8, '0') };
  }

  /** Whether a line that was found here is the one that belongs here. */
  fits({ bytes, crc32: sum }: SumLine): boolean {
    const own = this.line();
    return own.bytes === bytes && own.crc32 === sum;
  }
}
