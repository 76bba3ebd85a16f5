import { createHash } from 'node:crypto';
import type { TreeEntry } from '../../disk/image/tree.ts';
import type { TreeNode } from '../../../reports/schema/story.ts';
import { escapeText, number } from '../../../reports/text.ts';

/** How much of a file's text is shown beside its size, in characters: from where it differs from the others. */
const PREVIEW_MAX = 16;

/** The first 8 hex digits of the SHA-256: enough to tell the files of one story apart. */
export function shortHash(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 8);
}

/**
 * One node of a tree as plain data, with its text.
 *
 * @param from the first byte at which it differs from what it is compared with: see `firstDifference`
 */
export function nodeReport(entry: TreeEntry, from = 0): TreeNode {
  const text = nodeText(entry, from);
  if (entry.type === 'dir') return { type: 'dir', text, mode: entry.mode };
  const same = entry.sameAs === undefined ? {} : { sameAs: entry.sameAs };
  if (entry.type === 'symlink') return { type: 'symlink', text, target: entry.target, ...same };
  const { mode, size, content } = entry;
  const zeros = size > 0 && content.every((byte) => byte === 0);
  return { type: 'file', text, mode, size, hash: shortHash(content), ...(zeros ? { zeros } : {}), ...same };
}

/** One node of a tree as a cell of a table: kind, size, short hash, and a part of the text if it is text. */
export function nodeText(entry: TreeEntry, from = 0): string {
  switch (entry.type) {
    case 'dir':
      return `dir${modeText(entry.mode, 0o755)}`;
    case 'symlink':
      return `-> ${escapeText(entry.target)}${sameText(entry.sameAs)}`;
    default:
      return `${contentText(entry.content, from)}${modeText(entry.mode, 0o644)}${sameText(entry.sameAs)}`;
  }
}

/** The first byte at which not all of these are alike, where one may end before the others; 0 for fewer than two. */
export function firstDifference(contents: readonly Uint8Array[]): number {
  const [first, ...others] = contents;
  if (first === undefined || others.length === 0) return 0;
  const shortest = Math.min(...contents.map(({ length }) => length));
  for (let at = 0; at < shortest; at++) if (others.some((other) => other[at] !== first[at])) return at;
  return others.every(({ length }) => length === first.length) ? 0 : shortest;
}

/** What is shown before the first byte that differs, so that one sees where it is, in characters. */
const CONTEXT = 4;

function contentText(content: Uint8Array, from: number): string {
  if (content.length === 0) return 'empty';
  const size = `${number(content.length)} B`;
  const zeros = content.every((byte) => byte === 0);
  if (zeros) return `${size}, all zeros`;
  const hash = shortHash(content);
  if (
    from > 0 &&
    from < content.length &&
    content.subarray(from, from + PREVIEW_MAX).every((byte) => byte === 0)
  )
    return `${size} ${hash} zeros from byte ${number(from)} on`;
  // All that fits is shown from its beginning.
  const begin = from + CONTEXT < PREVIEW_MAX ? 0 : Math.min(from, content.length) - CONTEXT;
  const part = Buffer.from(content.subarray(begin, begin + PREVIEW_MAX)).toString('latin1');
  if (!/^[\x20-\x7e]+$/.test(part)) return `${size} ${hash}`;
  return `${size} ${hash} "${begin > 0 ? '…' : ''}${part}${content.length > begin + PREVIEW_MAX ? '…' : ''}"`;
}

/** Modes are shown where they are not what a program without a umask of its own would give. */
function modeText(mode: number, usual: number): string {
  return mode === usual ? '' : ` 0${mode.toString(8)}`;
}

function sameText(sameAs: string | undefined): string {
  return sameAs === undefined ? '' : ` = ${escapeText(sameAs)}`;
}
