import { gzip } from '../storage/codec/gzip.ts';
import { LONGEST_DATA } from './frame.ts';
import type { FrameStream } from './frame-stream.ts';

/** Sends a file that fits into the memory: one gzip member in `a` frames, and `x`. */
export function sendFile(frames: FrameStream, bytes: Uint8Array): void {
  const packed = gzip(bytes);
  for (let at = 0; at < packed.length; at += LONGEST_DATA)
    frames.send('a', packed.subarray(at, at + LONGEST_DATA));
  frames.send('x', `${bytes.length}:`);
}
