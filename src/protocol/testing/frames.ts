import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { Frame } from '../frame.ts';

/** One line for each frame; runs of data as in `testdata/README.md`. */
export function linesOf(frames: readonly Frame[]): string[] {
  const lines: string[] = [];
  let run: Uint8Array[] = [];
  const endRun = () => {
    if (run.length > 0) lines.push(`#:${summary(Buffer.concat(run))}`);
    run = [];
  };
  for (const { letter, payload } of frames) {
    if (letter === 'a') {
      run.push(payload);
      continue;
    }
    endRun();
    lines.push(`${letter}:${payload.toString('latin1')}`);
  }
  endRun();
  return lines;
}

function summary(bytes: Buffer): string {
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    const plain = isPacked ? gunzipSync(bytes) : bytes;
    return `${plain.length} ${createHash('sha256').update(plain).digest('hex')}`;
  } catch {
    return 'cut';
  }
}
