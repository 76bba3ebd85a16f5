import { createHash } from 'node:crypto';
import type { TreeEntry } from '../disk/image/tree.ts';
import type { TreeNode } from '../../reports/schema/story.ts';
import { escapeText, number } from '../../reports/text.ts';

/** How much of a file's text is shown beside its size, in characters. */
const PREVIEW_MAX = 16;

/** The first 8 hex digits of the SHA-256: enough to tell the files of one story apart. */
export function shortHash(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 8);
}

/** One node of a tree as plain data, with its text. */
export function nodeReport(entry: TreeEntry): TreeNode {
  const text = nodeText(entry);
  if (entry.type === 'dir') return { type: 'dir', text, mode: entry.mode };
  const same = entry.sameAs === undefined ? {} : { sameAs: entry.sameAs };
  if (entry.type === 'symlink') return { type: 'symlink', text, target: entry.target, ...same };
  const { mode, size, content } = entry;
  const zeros = size > 0 && content.every((byte) => byte === 0);
  return { type: 'file', text, mode, size, hash: shortHash(content), ...(zeros ? { zeros } : {}), ...same };
}

/** One node of a tree as a cell of a table: kind, size, short hash, and the beginning of the text if it is text. */
export function nodeText(entry: TreeEntry): string {
  switch (entry.type) {
    case 'dir':
      return `dir${modeText(entry.mode, 0o755)}`;
    case 'symlink':
      return `-> ${escapeText(entry.target)}${sameText(entry.sameAs)}`;
    default:
      return `${contentText(entry.content)}${modeText(entry.mode, 0o644)}${sameText(entry.sameAs)}`;
  }
}

function contentText(content: Uint8Array): string {
  if (content.length === 0) return 'empty';
  const size = `${number(content.length)} B`;
  const zeros = content.every((byte) => byte === 0);
  if (zeros) return `${size}, all zeros`;
  const hash = shortHash(content);
  const start = Buffer.from(content.subarray(0, PREVIEW_MAX)).toString('latin1');
  const preview = /^[\x20-\x7e]+$/.test(start) ? ` "${start}${content.length > PREVIEW_MAX ? '…' : ''}"` : '';
  return `${size} ${hash}${preview}`;
}

/** Modes are shown where they are not what a program without a umask of its own would give. */
function modeText(mode: number, usual: number): string {
  return mode === usual ? '' : ` 0${mode.toString(8)}`;
}

function sameText(sameAs: string | undefined): string {
  return sameAs === undefined ? '' : ` = ${escapeText(sameAs)}`;
}
