import type { SizeAndMd5 } from '../codec/digest.ts';
import type { Attributes } from './attributes.ts';
import type { ByteString } from './byte-string.ts';
import { comparePaths } from './path-order.ts';

/** The letters of path records, as on Burp's wire. */
export type Letter = 'f' | 'y' | 'd' | 'l' | 'L' | 's' | 'm' | 'n' | 'k' | 'v' | 'V' | 'u' | 'U';

/** What an entry is, encrypted or not. */
export type EntryKind =
  'file' | 'dir' | 'symlink' | 'hardlink' | 'special' | 'metadata' | 'efs' | 'vss-head' | 'vss-foot';

/** One thing that was backed up. `t`, `r`, path, link and `x` records of a manifest make one of these. */
export interface Entry {
  readonly letter: Letter;
  /** Follows from the letter: see `kindOf`. */
  readonly kind: EntryKind;
  readonly path: ByteString;
  readonly attributes: Attributes;
  /** Of links only: the link text of a symlink, or the path of a hard link's first name. */
  readonly link?: ByteString;
  /** Of entries with data, in a manifest: where the data is, relative to the data directory. */
  readonly dataPath?: ByteString;
  /** Of entries with data, in a manifest: size and MD5 of the plain data (of the ciphertext, if encrypted). */
  readonly end?: SizeAndMd5;
}

interface LetterFacts {
  readonly kind: EntryKind;
  readonly hasData: boolean;
  readonly hasLink: boolean;
  /** Order among entries of one path. */
  readonly rank: number;
}

const data = { hasData: true, hasLink: false };
const plain = { hasData: false, hasLink: false };
const link = { hasData: false, hasLink: true };

const LETTERS: Readonly<Record<Letter, LetterFacts>> = {
  f: { kind: 'file', ...data, rank: 1 },
  y: { kind: 'file', ...data, rank: 1 },
  k: { kind: 'efs', ...data, rank: 1 },
  d: { kind: 'dir', ...plain, rank: 1 },
  l: { kind: 'symlink', ...link, rank: 1 },
  L: { kind: 'hardlink', ...link, rank: 1 },
  s: { kind: 'special', ...plain, rank: 1 },
  v: { kind: 'vss-head', ...data, rank: 0 },
  V: { kind: 'vss-head', ...data, rank: 0 },
  m: { kind: 'metadata', ...data, rank: 2 },
  n: { kind: 'metadata', ...data, rank: 2 },
  u: { kind: 'vss-foot', ...data, rank: 2 },
  U: { kind: 'vss-foot', ...data, rank: 2 },
};

export function isLetter(text: string): text is Letter {
  return Object.hasOwn(LETTERS, text);
}

export function kindOf(letter: Letter): EntryKind {
  return LETTERS[letter].kind;
}

/** Whether entries of this letter have data, and so a `t` and an `x` record in a manifest. */
export function hasData(letter: Letter): boolean {
  return LETTERS[letter].hasData;
}

/** Whether a second record of the same letter follows the path: what the link points to. */
export function hasLink(letter: Letter): boolean {
  return LETTERS[letter].hasLink;
}

const TYPE = 0o170000;
const DIRECTORY = 0o040000;

/**
 * Whether an entry is a directory: also those of Windows, whose clients send what belongs to a directory (permissions,
 * say) as if it were a file's data.
 */
export function isDirectory({ kind, attributes }: Pick<Entry, 'kind' | 'attributes'>): boolean {
  if (kind === 'dir') return true;
  return (kind === 'file' || kind === 'efs') && (attributes.mode & TYPE) === DIRECTORY;
}

/** Makes an entry; the kind follows from the letter. */
export function entryOf(
  letter: Letter,
  path: ByteString,
  attributes: Attributes,
  more: Pick<Entry, 'link' | 'dataPath' | 'end'> = {},
): Entry {
  return { letter, kind: LETTERS[letter].kind, path, attributes, ...more };
}

/**
 * The order of entries in a manifest: by path, and for one path the VSS header before the entry itself before its
 * metadata or VSS footer. 0 means that both are about the same part of the same path.
 */
export function compareEntries(a: Entry, b: Entry): number {
  return comparePaths(a.path, b.path) || LETTERS[a.letter].rank - LETTERS[b.letter].rank;
}
