import type { RestoreSink } from '../ports/restore-sink.ts';
import { displayBytes } from '../storage/manifest/byte-string.ts';
import type { Entry } from '../storage/manifest/entry.ts';

/** What was restored under a path. */
export interface RestoredNode {
  readonly letter: string;
  /** As in stat. */
  readonly mode: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly link?: string;
  readonly data?: Uint8Array;
}

/** Keeps what is restored in memory, by path as shown to people. */
export class MemorySink implements RestoreSink {
  readonly nodes = new Map<string, RestoredNode>();

  async make(entry: Entry, path: string): Promise<undefined> {
    const link = entry.link === undefined ? {} : { link: displayBytes(entry.link) };
    this.nodes.set(displayBytes(path), { ...common(entry), ...link });
  }

  async write(entry: Entry, path: string, data: Uint8Array | AsyncIterable<Uint8Array>): Promise<undefined> {
    const pieces: Uint8Array[] = [];
    if (data instanceof Uint8Array) pieces.push(data);
    else for await (const piece of data) pieces.push(Uint8Array.from(piece));
    this.nodes.set(displayBytes(path), { ...common(entry), data: Buffer.concat(pieces) });
  }

  async finish(): Promise<readonly string[]> {
    return [];
  }
}

function common(entry: Entry): { letter: string; mode: number; mtime: number } {
  return { letter: entry.letter, mode: entry.attributes.mode, mtime: Number(entry.attributes.mtime) };
}
