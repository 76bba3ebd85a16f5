import { damage } from './codec/damage.ts';
import { type ByteString, toBytes } from './manifest/byte-string.ts';
import { type Entry, hasLink } from './manifest/entry.ts';

const TREE = 't';
const ENCODED = 'u';
const LONGEST_NAME = 255;
/** As much as a frame of Burp's can bring. */
const LONGEST_PATH = 32_000;
const HEX_PER_NAME = 200;
const NOT_ASCII = /[^ -~]/;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Why an entry's path can't be stored, or undefined if it can. Burp refuses dot components as well: they would lead
 * out of the directory that a restore writes into.
 */
export function whyRefused(path: ByteString): string | undefined {
  if (!path.startsWith('/')) return 'it does not begin with a slash';
  if (path === '/') return undefined;
  for (const name of path.slice(1).split('/')) {
    if (name === '') return 'it has an empty component';
    if (name === '.' || name === '..') return `it has a component "${name}"`;
    if (name.length > LONGEST_NAME) return `a component is longer than ${LONGEST_NAME} bytes`;
    if (name.includes('\0')) return 'it holds a zero byte';
  }
  return undefined;
}

/** Why an entry that a client names can't be stored, or undefined if it can. */
export function whyEntryRefused({ letter, kind, path, link }: Entry): string | undefined {
  if (path.length > LONGEST_PATH) return `its path is longer than ${LONGEST_PATH} bytes`;
  if (path === '/' && kind !== 'dir' && kind !== 'metadata') return 'only a directory can be at the root';
  if (!hasLink(letter)) return whyRefused(path);
  if (link === undefined || link === '') return 'it leads nowhere';
  if (link.length > LONGEST_PATH) return `what it leads to is longer than ${LONGEST_PATH} bytes`;
  // A symbolic link may lead wherever it likes: it is text. A hard link's first name is a path of the same backup.
  const reason =
    kind === 'hardlink' ? whyRefused(link) : link.includes('\0') ? 'it holds a zero byte' : undefined;
  return whyRefused(path) ?? (reason === undefined ? undefined : `what it leads to: ${reason}`);
}

/**
 * Where an entry's data goes, relative to `data`: `t` and the path, as Burp has it with directory_tree=1. Paths that
 * are not UTF-8 can't be given to the file system as they are, so they are written in hex under a directory of their
 * own, as is everything that shares its path with a file (metadata, say). No two entries get the same place.
 */
export function dataPathFor(entry: Pick<Entry, 'letter' | 'kind' | 'path'>): ByteString {
  if (entry.kind === 'file' && isUtf8(entry.path)) return TREE + entry.path;
  const hex = Buffer.from(toBytes(entry.path)).toString('hex');
  // A name that is not the last one ends in '+', so that it can't also be somebody's last one.
  const names = hex.match(new RegExp(`.{1,${HEX_PER_NAME}}`, 'g')) ?? [];
  return `${ENCODED}/${entry.letter.charCodeAt(0).toString(16)}/${names.join('+/')}`;
}

/** Whether a data path, from a manifest of whatever origin, stays within its directory and can be a file's name. */
export function isStorable(dataPath: ByteString): boolean {
  return dataPath !== '' && whyRefused(`/${dataPath}`) === undefined;
}

/**
 * A data path as the file system takes it. Burp stores files under names that need not be UTF-8: bytes that are none
 * become lone surrogates (U+DC00 plus the byte). Throws EBADMSG for a path that no sound manifest has.
 */
export function onDisk(dataPath: ByteString): string {
  if (!isStorable(dataPath))
    throw damage('manifest', 0, `the data path ${JSON.stringify(dataPath)} is not one that could be stored`);
  if (!NOT_ASCII.test(dataPath)) return dataPath;
  return decode(dataPath) ?? dataPath.replaceAll(/[\x80-\xff]/g, escapeByte);
}

function escapeByte(byte: string): string {
  return String.fromCharCode(0xdc00 + byte.charCodeAt(0));
}

function isUtf8(path: ByteString): boolean {
  return !NOT_ASCII.test(path) || decode(path) !== undefined;
}

function decode(path: ByteString): string | undefined {
  try {
    return UTF8.decode(toBytes(path));
  } catch {
    return undefined;
  }
}
