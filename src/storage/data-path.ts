import { damage } from './codec/damage.ts';
import { sha256Of } from './codec/digest.ts';
import { type ByteString, toBytes } from './manifest/byte-string.ts';
import { type Entry, hasLink, isDirectory } from './manifest/entry.ts';
import { isWindowsPath } from './manifest/windows-path.ts';

const TREE = 't';
const ENCODED = 'u';
const HASHED = 'h';
const LONGEST_NAME = 255;
/** As much as a frame of Burp's can bring. */
const LONGEST_PATH = 32_000;
/** Bytes. With the directory of the store and of the backup it has to fit into the 4,096 that a kernel takes. */
const LONGEST_DATA_PATH = 3000;
const LONGEST_ON_DISK = 4096;
const HEX_PER_NAME = 200;
const NOT_ASCII = /[^ -~]/;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Why a path can't be made below a directory, or undefined if it can: it begins with a slash, and none of its components
 * leads anywhere else.
 */
export function whyRefused(path: ByteString): string | undefined {
  if (!path.startsWith('/')) return 'it does not begin with a slash';
  if (path === '/') return undefined;
  for (const name of path.slice(1).split('/')) if (name === '') return 'it has an empty component';
  return whyUnsafe(path);
}

/** What Burp refuses as well: dot components would lead out of the directory that a restore writes into. */
function whyUnsafe(path: ByteString): string | undefined {
  if (path === '') return 'it is empty';
  if (path.includes('\0')) return 'it holds a zero byte';
  const dots = path.split('/').find((name) => name === '.' || name === '..');
  return dots === undefined ? undefined : `it has a component "${dots}"`;
}

/** Why an entry that a client names can't be stored, or undefined if it can. */
export function whyEntryRefused(entry: Entry): string | undefined {
  const { letter, kind, path, link } = entry;
  if (path.length > LONGEST_PATH) return `its path is longer than ${LONGEST_PATH} bytes`;
  if (path === '/' && !isDirectory(entry) && kind !== 'metadata')
    return 'only a directory can be at the root';
  if (!hasLink(letter)) return whyUnsafe(path);
  if (link === undefined || link === '') return 'it leads nowhere';
  if (link.length > LONGEST_PATH) return `what it leads to is longer than ${LONGEST_PATH} bytes`;
  // A symbolic link may lead wherever it likes: it is text. A hard link's first name is a path of the same backup.
  const reason =
    kind === 'hardlink' ? whyUnsafe(link) : link.includes('\0') ? 'it holds a zero byte' : undefined;
  return whyUnsafe(path) ?? (reason === undefined ? undefined : `what it leads to: ${reason}`);
}

/**
 * Where an entry's data goes, relative to `data`: `t` and the path, as Burp has it with directory_tree=1, be it `/home`
 * or `C:/Users`. What can't have such a place is written in hex under a directory of its own: paths that the file system
 * does not take as they are (not UTF-8, or with a component that is empty or too long), everything that shares its path
 * with a file (metadata, say), and the data that Windows has of a directory. Of paths that are too long even so, a hash
 * stands there. Burp reads from the manifest where data is, so it finds all of it. No two entries get the same place.
 */
export function dataPathFor(entry: Pick<Entry, 'letter' | 'kind' | 'path' | 'attributes'>): ByteString {
  const tree = entry.kind === 'file' && !isDirectory(entry) ? treePath(entry.path) : undefined;
  if (tree !== undefined) return tree;
  const part = entry.letter.charCodeAt(0).toString(16);
  const bytes = Buffer.from(toBytes(entry.path));
  const names = bytes.toString('hex').match(new RegExp(`.{1,${HEX_PER_NAME}}`, 'g')) ?? [];
  // A name that is not the last one ends in '+', so that it can't also be somebody's last one.
  const encoded = `${ENCODED}/${part}/${names.join('+/')}`;
  return encoded.length <= LONGEST_DATA_PATH ? encoded : `${HASHED}/${part}/${sha256Of(bytes)}`;
}

/** The place in the tree of a path that can have one. */
function treePath(path: ByteString): ByteString | undefined {
  const isWindows = isWindowsPath(path);
  const names = (isWindows ? path : path.slice(1)).split('/');
  // The tree has one place for `/C:/x` and `C:/x`.
  if (!isWindows && (!path.startsWith('/') || isWindowsPath(names[0]!))) return undefined;
  if (names.some((name) => name === '' || name.length > LONGEST_NAME)) return undefined;
  const tree = `${TREE}/${names.join('/')}`;
  return tree.length <= LONGEST_DATA_PATH && isUtf8(tree) ? tree : undefined;
}

/** Whether a data path, from a manifest of whatever origin, stays within its directory and can be a file's name. */
export function isStorable(dataPath: ByteString): boolean {
  if (dataPath === '' || dataPath.length > LONGEST_ON_DISK || whyRefused(`/${dataPath}`) !== undefined)
    return false;
  return dataPath.split('/').every((name) => name.length <= LONGEST_NAME);
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
