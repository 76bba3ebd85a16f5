import { createHash } from 'node:crypto';
import { appendFile, readFile } from 'node:fs/promises';
import { type Mutation, applied } from './mutation.ts';
import { withoutMarks } from './marks.ts';

/** What became of a mutant. `timeout`: what caught it, if anything did, was that it did not come to an end. */
export type Fate = 'caught' | 'timeout' | 'survived' | 'equivalent';

/** A line of the ledger. */
export interface Tried {
  readonly key: string;
  /** How it was chosen: a seed of the sample, or `list` for the mistakes that are written down. */
  readonly from: string;
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly what: string;
  readonly fate: Fate;
  /** What caught it: `tests` or `run`. */
  readonly by?: string;
  /** Of equivalent ones. */
  readonly reason?: string;
  readonly seconds: number;
}

/** Names a mutant of a file as it is: whatever else changes in the file, but for marks, it is another one. */
export function keyOf(file: string, source: string, mutation: Mutation): string {
  const texts = [source, applied(source, mutation)].map(withoutMarks);
  return createHash('sha256')
    .update(JSON.stringify([file, ...texts]))
    .digest('hex')
    .slice(0, 16);
}

/** All lines, the oldest first; none if there is no ledger yet. */
export async function readLedger(path: string): Promise<readonly Tried[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return '';
  });
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, at) => {
      try {
        return JSON.parse(line) as Tried;
      } catch {
        throw new Error(`${path}: line ${at + 1} is no JSON: remove it, and what it said is tried again`);
      }
    });
}

export async function note(path: string, tried: Tried): Promise<void> {
  await appendFile(path, `${JSON.stringify(tried)}\n`);
}

/** What is known of a mutant: what became of it when it was first tried, and when it was last. */
export interface Known {
  readonly first: Tried;
  readonly last: Tried;
}

export function knownOf(lines: readonly Tried[]): ReadonlyMap<string, Known> {
  const known = new Map<string, Known>();
  for (const line of lines) known.set(line.key, { first: known.get(line.key)?.first ?? line, last: line });
  return known;
}
