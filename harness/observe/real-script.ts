import * as fs from 'node:fs';
import { join } from 'node:path';
import type { ScriptOp } from '../disk/script.ts';
import { run } from './tools.ts';

/** Runs the ops of a script on real files below a folder, one by one. */
export class RealScript {
  readonly #root: string;
  readonly #open = new Map<string, number>();

  constructor(root: string) {
    this.#root = root;
  }

  /** @throws what the system says */
  step(op: ScriptOp): void {
    if (!('fd' in op)) return stepPath(op, this.#root);
    if (op.op === 'open') {
      this.#close(op.fd);
      this.#open.set(op.fd, fs.openSync(join(this.#root, op.path), flagsOf(op.flags)));
    } else if (op.op === 'close') this.#close(op.fd);
    else stepDescriptor(op, this.#open.get(op.fd)!, this.#root);
  }

  /** Closes what the script has left open. */
  end(): void {
    for (const name of this.#open.keys()) this.#close(name);
  }

  #close(name: string): void {
    const fd = this.#open.get(name);
    if (fd === undefined) return;
    this.#open.delete(name);
    fs.closeSync(fd);
  }
}

function stepDescriptor(
  op: Exclude<Extract<ScriptOp, { fd: string }>, { op: 'open' | 'close' }>,
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
      return run('sync', ['-f', root]);
  }
}

function stepPath(op: Exclude<ScriptOp, { fd: string }>, root: string): void {
  switch (op.op) {
    case 'sync':
      return run('sync', ['-f', root]);
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
