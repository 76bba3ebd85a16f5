import { readFileSync } from 'node:fs';
import type { Frame } from '../frame.ts';

/** What was recorded of one connection between a real client and a real server. See `testdata/README.md`. */
export interface Transcript {
  /** Everything that the client sent. */
  readonly client: Uint8Array;
  /** The server's frames; a `#` frame stands for a run of `a` frames. */
  readonly server: readonly Frame[];
}

const HEAD = 6;

/** The connections of a recorded conversation, in order. */
export function readTranscripts(name: string): Transcript[] {
  const bytes = readFileSync(new URL(`../testdata/${name}.frames`, import.meta.url));
  const connections = [{ client: [] as Uint8Array[], server: [] as Frame[] }];
  for (let at = 0; at < bytes.length;) {
    const [side, letter] = bytes.toString('latin1', at, at + 2);
    const end = at + HEAD + Number.parseInt(bytes.toString('latin1', at + 2, at + HEAD), 16);
    const payload = bytes.subarray(at + HEAD, end);
    const current = connections.at(-1)!;
    if (side === 'C') current.client.push(bytes.subarray(at + 1, end));
    else if (side === 'P') current.client.push(payload);
    else if (side === 'S') current.server.push({ letter: letter!, payload });
    else if (side === '=') connections.push({ client: [], server: [] });
    else throw new Error(`${name}: no side ${side} at byte ${at}`);
    at = end;
  }
  return connections.map(({ client, server }) => ({ client: Buffer.concat(client), server }));
}
