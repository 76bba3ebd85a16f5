import { pipeline } from 'node:stream';
import { crc32, createGzip, createInflateRaw } from 'node:zlib';
import { damage } from './damage.ts';
import { TRAILER_LENGTH, checkTrailer, headerLength } from './gzip-member.ts';
import { inPieces } from './pieces.ts';
import { type GunzipOptions, assertLevel } from './gzip.ts';

const OS_OFFSET = 9;
const OS_UNIX = 3;
/** Bytes that an engine is given, and gives, at a time: each piece costs it a trip to another thread. */
// mutant: equivalent: how much at a time is a matter of speed and memory alone
const PIECE = 256 * 1024;

/** Like `gzip`, for streams of any size. The bytes may differ from what `gzip` gives; the plain bytes don't. */
export async function* gzipStream(
  input: AsyncIterable<Uint8Array>,
  level = 9,
): AsyncGenerator<Uint8Array, void, undefined> {
  assertLevel(level);
  const engine = createGzip({ level, chunkSize: PIECE });
  // pipeline destroys the engine with the input's error, and the loop below throws it.
  pipeline(inPieces(input, PIECE), engine, () => {});
  let at = 0;
  for await (const chunk of engine as AsyncIterable<Buffer>) {
    if (at <= OS_OFFSET && at + chunk.length > OS_OFFSET) chunk[OS_OFFSET - at] = OS_UNIX;
    at += chunk.length;
    yield chunk;
  }
}

/**
 * Like `gunzip`, for streams of any size: EBADMSG for damage, the input's own errors unchanged. Data comes out before
 * the checksum at the end is known, so nothing of it may be trusted until the stream has ended without an error.
 */
export async function* gunzipStream(
  input: AsyncIterable<Uint8Array>,
  options: GunzipOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const member = new MemberBody(input);
  const engine = createInflateRaw({ chunkSize: PIECE });
  pipeline(member.deflated(), engine, () => {});
  let crc = 0;
  let size = 0;
  try {
    for await (const chunk of engine as AsyncIterable<Buffer>) {
      crc = crc32(chunk, crc);
      size += chunk.length;
      if (size > (options.maximumSize ?? Infinity))
        throw damage('gzip data', member.start, `it inflates to more than ${options.maximumSize} bytes`);
      yield chunk;
    }
  } catch (error) {
    throw member.failure ?? asDamage(error, member.start + engine.bytesWritten);
  }
  if (!member.ended || engine.bytesWritten < member.passed)
    throw damage(
      'gzip data',
      member.start + engine.bytesWritten + TRAILER_LENGTH,
      'more data follows its end',
    );
  checkTrailer(member.trailer, member.start + member.passed, { crc, size });
}

/** Takes a gzip member apart while it streams by: the header is dropped, the trailer kept back. */
class MemberBody {
  /** Where the deflate data begin, once known. */
  start = 0;
  /** How many bytes of deflate data were passed on. */
  passed = 0;
  /** The last bytes seen, never more than a trailer once the header is through. */
  trailer: Uint8Array = new Uint8Array(0);
  ended = false;
  /** What stopped the input, so that the inflater's own complaint about it is not reported instead. */
  failure: unknown;
  private readonly input: AsyncIterable<Uint8Array>;

  constructor(input: AsyncIterable<Uint8Array>) {
    this.input = input;
  }

  async *deflated(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* this.body();
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  private async *body(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of inPieces(this.input, PIECE)) {
      let held = Buffer.concat([this.trailer, chunk]);
      if (this.start === 0) {
        this.start = headerLength(held) ?? 0;
        held = held.subarray(this.start);
      }
      const ready = this.start === 0 ? 0 : Math.max(0, held.length - TRAILER_LENGTH);
      this.trailer = held.subarray(ready);
      if (ready === 0) continue;
      this.passed += ready;
      yield held.subarray(0, ready);
    }
    if (this.start === 0 || this.trailer.length < TRAILER_LENGTH)
      throw damage('gzip data', this.start + this.passed + this.trailer.length, 'it ends too early');
    this.ended = true;
  }
}

function asDamage(error: unknown, offset: number): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  return code?.startsWith('Z_') ? damage('gzip data', offset, message) : error;
}
