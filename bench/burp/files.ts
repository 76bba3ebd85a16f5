import { mkdir, open, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Files in each directory. */
const TOGETHER = 100;
const MIB = 1 << 20;

/** Noise that is the same in every run, and half of it twice, so that it compresses somewhat. */
class Noise {
  private state: number;

  constructor(seed: number) {
    this.state = seed | 1;
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    for (let at = 0; at < length; at++) {
      // xorshift32
      this.state ^= this.state << 13;
      this.state ^= this.state >>> 17;
      this.state ^= this.state << 5;
      bytes[at] = at % 2 === 0 ? this.state : 0x61 + (this.state & 7);
    }
    return bytes;
  }
}

/** Small files, of 200 bytes to 8 KiB. */
export async function makeFiles(place: string, count: number): Promise<void> {
  for (let at = 0; at < count; at++) {
    if (at % TOGETHER === 0) await mkdir(directoryOf(place, at), { recursive: true });
    await write(place, at, 1);
  }
}

/** Every hundredth becomes another one. */
export async function changeFiles(place: string, count: number): Promise<void> {
  for (let at = 0; at < count; at += 100) await write(place, at, 2);
}

export async function makeBigFile(place: string, mebibytes: number): Promise<void> {
  const noise = new Noise(1);
  const file = await open(join(place, 'big'), 'wx');
  try {
    for (let at = 0; at < mebibytes; at++) await file.write(noise.bytes(MIB));
  } finally {
    await file.close();
  }
}

/** A few bytes in the middle become others. */
export async function changeBigFile(place: string, mebibytes: number): Promise<void> {
  const path = join(place, 'big');
  const file = await open(path, 'r+');
  try {
    await file.write(Buffer.from('something else'), 0, undefined, Math.floor(mebibytes / 2) * MIB);
  } finally {
    await file.close();
  }
  await utimes(path, 2_000_000, 2_000_000);
}

function directoryOf(place: string, at: number): string {
  return join(place, `d${Math.floor(at / TOGETHER)}`);
}

async function write(place: string, at: number, version: number): Promise<void> {
  const path = join(directoryOf(place, at), `file-${at}`);
  const text = new Noise(at + 1).bytes(200 + ((at * 797) % 8000));
  text.writeUInt8(version, text.length >> 1);
  await writeFile(path, text);
  await utimes(path, 1_000_000 * version, 1_000_000 * version);
}
