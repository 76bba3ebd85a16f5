import * as fs from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { ScriptOp } from '../../harness/disk/script.ts';
import type { NodeJson, TreeJson } from '../../harness/disk/tree-json.ts';

/** Runs the ops of a script on real files below a folder. */
export function runForReal(ops: readonly ScriptOp[], root: string): void {
  const open = new Map<string, number>();
  for (const op of ops) {
    if (!('fd' in op)) stepPath(op, root);
    else if (op.op === 'open') open.set(op.fd, fs.openSync(join(root, op.path), flagsOf(op.flags)));
    else stepDescriptor(op, open.get(op.fd)!, root);
  }
  for (const fd of open.values()) closeIfOpen(fd);
}

function stepDescriptor(
  op: Exclude<Extract<ScriptOp, { fd: string }>, { op: 'open' }>,
  fd: number,
  root: string,
): void {
  switch (op.op) {
    case 'pwrite':
      return void fs.writeSync(fd, bytesOf(op.data), 0, op.data[1], op.offset);
    case 'write':
      return void fs.writeSync(fd, bytesOf(op.data), 0, op.data[1], null);
    case 'ftruncate':
      return fs.ftruncateSync(fd, op.size);
    case 'fsync':
      return fs.fsyncSync(fd);
    case 'fdatasync':
      return fs.fdatasyncSync(fd);
    case 'syncfs':
      return void execFileSync('sync', ['-f', root]);
    case 'close':
      return fs.closeSync(fd);
  }
}

function stepPath(op: Exclude<ScriptOp, { fd: string }>, root: string): void {
  switch (op.op) {
    case 'sync':
      return void execFileSync('sync', ['-f', root]);
    case 'fsyncdir': {
      const fd = fs.openSync(join(root, op.path), 'r');
      fs.fsyncSync(fd);
      return fs.closeSync(fd);
    }
    case 'mkdir':
    case 'rmdir':
    case 'unlink':
      return fs[`${op.op}Sync`](join(root, op.path));
    case 'utimes':
      return fs.utimesSync(join(root, op.path), 0, 0);
    case 'truncate':
      return fs.truncateSync(join(root, op.path), op.size);
    case 'chmod':
      return fs.chmodSync(join(root, op.path), op.mode);
    case 'symlink':
      return fs.symlinkSync(op.target, join(root, op.path));
    case 'link':
    case 'rename':
      return fs[`${op.op}Sync`](join(root, op.from), join(root, op.to));
  }
}

function flagsOf(text: string): number {
  return text.split('|').reduce((bits, flag) => bits | (fs.constants as Record<string, number>)[flag]!, 0);
}

function bytesOf([char, length]: readonly [string, number]): Buffer {
  return char === '0' ? Buffer.alloc(length) : Buffer.alloc(length, char, 'latin1');
}

function closeIfOpen(fd: number): void {
  try {
    fs.closeSync(fd);
  } catch {
    // The script has closed it.
  }
}

/** Names that a file system brings itself, or that a test has to have beside what it looks at. */
const HIDDEN = ['lost+found', 'unrelated'];

/** The tree below a folder, as the simulated disk's trees are told. */
export function readTree(root: string): TreeJson {
  const nodes: Record<string, NodeJson> = {};
  const first = new Map<number, string>();
  const names = fs.readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  for (const name of names) {
    if (HIDDEN.includes(name.split('/')[0]!)) continue;
    const stat = fs.lstatSync(join(root, name));
    if (stat.isDirectory()) nodes[name] = { type: 'dir' };
    else if (stat.isSymbolicLink())
      nodes[name] = { type: 'symlink', target: fs.readlinkSync(join(root, name)) };
    else {
      const content = runsOf(fs.readFileSync(join(root, name)));
      const file = { type: 'file', size: stat.size, content } as const;
      if (!first.has(stat.ino)) first.set(stat.ino, name);
      nodes[name] =
        stat.nlink === 1 ? file : { ...file, nlink: stat.nlink, sameInodeAs: first.get(stat.ino)! };
    }
  }
  return nodes;
}

function runsOf(bytes: Buffer): string {
  const runs: string[] = [];
  for (let at = 0; at < bytes.length;) {
    let end = at;
    while (end < bytes.length && bytes[end] === bytes[at]) end++;
    runs.push(`${bytes[at] === 0 ? '0' : String.fromCharCode(bytes[at]!)}*${end - at}`);
    at = end;
  }
  return runs.join(' ');
}
