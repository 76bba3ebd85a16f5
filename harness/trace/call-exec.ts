import { closeSync, openSync, readSync } from 'node:fs';
import { contentOf } from '../disk/image/tree.ts';
import { numberOf, textOf } from './arguments.ts';
import { interpreterOf, type ReadAt } from './interpreter.ts';
import type { Place } from './places.ts';
import type { Handler, Step } from './step.ts';

/** A script's interpreter may be a script; the kernel gives up after so many. */
const DEPTH_MAX = 5;

/**
 * What execve(2) reads before the program makes its first own call: the file, and whoever interprets it, wherever they
 * are. What the program loads later, it opens.
 */
function learnRun(step: Step, place: Place, depth: number): void {
  const { life, process } = step;
  if (place.type === 'descriptor') {
    const file = process.descriptors.get(place.fd);
    return file === undefined ? life.learning.other() : learnFile(step, file, depth);
  }
  if (place.type === 'disk') learnFile(step, { kind: 'disk', ino: place.ino, path: place.path }, depth);
  if (place.type === 'elsewhere') learnFile(step, { kind: 'other', ino: 0, path: place.path }, depth);
}

interface Runnable {
  readonly kind: 'disk' | 'output' | 'other';
  readonly ino: number;
  /** The real path of what is not on the disk. */
  readonly path: string;
}

function learnFile(step: Step, file: Runnable, depth: number): void {
  const { life, process } = step;
  let interpreter: string | undefined;
  if (file.kind === 'disk') {
    const inode = life.core.image.inode(file.ino);
    if (inode?.kind !== 'file') return;
    life.learning.inode(file.ino);
    const content = Buffer.from(contentOf(inode));
    interpreter = interpreterOf((position, length) => content.subarray(position, position + length));
  } else interpreter = interpreterElsewhere(file.path);
  if (interpreter === undefined || depth === DEPTH_MAX) return;
  learnRun(step, life.places.find(process.standing.cwd, interpreter, true), depth + 1);
}

/** Of programs that are not on the disk; nothing that matters changes there while they run. */
const known = new Map<string, string | undefined>();
const KNOWN_MAX = 10_000;

function interpreterElsewhere(path: string): string | undefined {
  if (known.has(path)) return known.get(path);
  if (known.size > KNOWN_MAX) known.clear();
  const interpreter = readInterpreter(path);
  known.set(path, interpreter);
  return interpreter;
}

function readInterpreter(path: string): string | undefined {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return undefined; // Whoever looks for a program looks in folders that don't have it.
  }
  try {
    const read: ReadAt = (position, length) => {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(fd, bytes, 0, length, position));
    };
    return interpreterOf(read);
  } catch {
    return undefined; // A directory can be opened, not read, nor run.
  } finally {
    closeSync(fd);
  }
}

function ran(step: Step, path: string | undefined, at?: string, flags = ''): void {
  const { life, process, call, failed } = step;
  // A thread that runs another program comes back as its process, and its arguments stay behind.
  if (path === undefined) life.learning.other();
  else if (at !== undefined && flags.includes('AT_EMPTY_PATH') && textOf(path) === '')
    learnRun(step, { type: 'descriptor', fd: numberOf(at) }, 0);
  else learnRun(step, life.place(process, call, path, !flags.includes('AT_SYMLINK_NOFOLLOW'), at), 0);
  if (!failed) life.processes?.exec(process);
}

const execve: Handler = (step) => ran(step, step.args[0]);
const execveat: Handler = (step) => ran(step, step.args[1], step.args[0], step.args[4]);

export const RUNS: Readonly<Record<string, Handler>> = { execve, execveat };
