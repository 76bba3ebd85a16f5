import { ByteQueue } from '../storage/codec/byte-queue.ts';
import { type ByteString, toBytes, viewBytes } from '../storage/manifest/byte-string.ts';
import { fault } from './fault.ts';

/**
 * One message of Burp's protocol: a letter that says what it is, and bytes. On the wire it is the letter, four
 * hexadecimal digits (the number of bytes), and the bytes.
 */
export interface Frame {
  readonly letter: string;
  readonly payload: Buffer;
}

/** The most bytes that Burp's client takes in one frame, and so the most that either side may send. */
export const LONGEST_PAYLOAD = 32_026;
/** The most bytes of file data that Burp's client takes in one frame, if it has to unpack them. */
export const LONGEST_DATA = 16_000;

const PREFIX_LENGTH = 5;
const HEX = new Int8Array(256).fill(-1);
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16);
  HEX[digit.charCodeAt(0)] = value;
  HEX[digit.toUpperCase().charCodeAt(0)] = value;
}

/**
 * Finds frames in pieces of any size; keeps at most one frame. Throws EPROTO for what can't be a frame, and is of no use
 * afterwards.
 */
export class FrameParser {
  private readonly waiting = new ByteQueue(0);

  /** Bytes of a frame that is not complete yet. */
  get length(): number {
    return this.waiting.length;
  }

  /** Takes the next piece, and adds the frames that are complete with it. Payloads may share the piece's memory. */
  push(piece: Uint8Array, frames: Frame[]): void {
    if (this.waiting.length === 0) {
      const used = read(viewBytes(piece), frames, false);
      if (used < piece.length) this.waiting.append(piece.subarray(used));
      return;
    }
    this.waiting.append(piece);
    this.waiting.drop(read(viewBytes(this.waiting.view()), frames, true));
  }
}

/** Reads all whole frames, and returns how many bytes they have. */
function read(bytes: Buffer, frames: Frame[], copies: boolean): number {
  let at = 0;
  while (at + PREFIX_LENGTH <= bytes.length) {
    const length = lengthAt(bytes, at);
    const start = at + PREFIX_LENGTH;
    if (start + length > bytes.length) break;
    const payload = bytes.subarray(start, start + length);
    frames.push({
      letter: String.fromCharCode(bytes[at]!),
      payload: copies ? Buffer.from(payload) : payload,
    });
    at = start + length;
  }
  return at;
}

function lengthAt(bytes: Buffer, at: number): number {
  let length = 0;
  for (let digit = at + 1; digit < at + PREFIX_LENGTH; digit++) {
    const value = HEX[bytes[digit]!]!;
    if (value < 0) throw fault('a frame needs four hexadecimal digits after its letter');
    length = length * 16 + value;
  }
  if (length > LONGEST_PAYLOAD)
    throw fault(`a frame of ${length} bytes is longer than the ${LONGEST_PAYLOAD} that are allowed`);
  return length;
}

/** The bytes of a frame. Throws EPROTO for a payload that is empty or too long: Burp's client would take neither. */
export function formatFrame(letter: string, payload: ByteString | Uint8Array): Uint8Array {
  const { length } = payload;
  if (length === 0 || length > LONGEST_PAYLOAD)
    throw fault(
      `a "${letter}" frame can't be sent with ${length} bytes, 1 to ${LONGEST_PAYLOAD} are possible`,
    );
  const prefix = letter + length.toString(16).toUpperCase().padStart(4, '0');
  if (typeof payload === 'string') return toBytes(prefix + payload);
  const frame = Buffer.allocUnsafe(PREFIX_LENGTH + length);
  frame.write(prefix, 'latin1');
  frame.set(payload, PREFIX_LENGTH);
  return frame;
}
