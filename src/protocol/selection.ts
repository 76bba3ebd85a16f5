import type { ByteString } from '../storage/manifest/byte-string.ts';
import { type Entry, isDirectory, isLetter } from '../storage/manifest/entry.ts';
import { isWithin } from '../storage/manifest/path-order.ts';
import { fault } from './fault.ts';
import { type FrameStream } from './frame-stream.ts';
import type { Terms } from './negotiation.ts';
import { compilePattern } from './pattern.ts';
import { receiveFile } from './signing.ts';

/** Which entries of a backup a restore or verify is about. */
export interface Selection {
  /** Whether everything is wanted. */
  readonly isAll: boolean;
  has(entry: Entry): boolean;
}

const PREFIX_LENGTH = 5;

/** What the client asked for, by a regular expression and by its list of paths, if it sent one. */
export function selectionOf(
  kind: 'restore' | 'verify',
  regex: ByteString,
  paths: ReadonlySet<ByteString> | undefined,
  terms: Terms,
): Selection {
  const matches = compilePattern(regex, terms);
  const ordered = (kind === 'restore' && terms.order?.includes) || [];
  const only = ordered.map((path) => path.replace(/\/+$/, ''));
  const takesVss = kind === 'verify' || (terms.isWindows && terms.wantsVss);
  return {
    isAll: regex === '' && paths === undefined && only.length === 0,
    has: (entry) =>
      (takesVss || !isVss(entry)) &&
      (paths === undefined || paths.has(entry.path)) &&
      (only.length === 0 || only.some((path) => isWithin(entry.path, path))) &&
      matches(entry.path),
  };
}

/** Windows' own data about files: of no use to other systems. */
function isVss({ kind, attributes }: Entry): boolean {
  if (kind === 'vss-head' || kind === 'vss-foot') return true;
  return kind !== 'dir' && isDirectory({ kind, attributes });
}

/** A client's list of paths: lines of a letter, four hexadecimal digits, and as many bytes of path. */
export async function receivePaths(frames: FrameStream, most: number): Promise<Set<ByteString>> {
  const text = Buffer.from(await receiveFile(frames, 'the list of paths', most)).toString('latin1');
  const paths = new Set<ByteString>();
  for (let at = 0; at < text.length;) {
    const digits = text.slice(at + 1, at + PREFIX_LENGTH);
    const start = at + PREFIX_LENGTH;
    const end = start + Number.parseInt(digits, 16);
    if (!isLetter(text[at]!) || !/^[0-9A-Fa-f]{4}$/.test(digits) || text[end] !== '\n')
      throw fault(
        `the list of paths is not one at byte ${at}: a line is a letter, four hexadecimal digits, a path`,
      );
    paths.add(text.slice(start, end));
    at = end + 1;
  }
  return paths;
}
