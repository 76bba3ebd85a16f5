import { z } from 'zod';
import {
  O_APPEND,
  O_CREAT,
  O_DIRECTORY,
  O_DSYNC,
  O_EXCL,
  O_RDWR,
  O_SYNC,
  O_TRUNC,
  O_WRONLY,
} from './core/constants.ts';
import type { Core } from './core/core.ts';

/** A small list of operations as data: the workloads that were run on real file systems have this form. */

const FLAGS = {
  O_RDONLY: 0,
  O_WRONLY,
  O_RDWR,
  O_CREAT,
  O_EXCL,
  O_TRUNC,
  O_APPEND,
  O_SYNC,
  O_DSYNC,
} as const;

const name = z.string().min(1);
const size = z.number().int().nonnegative();
/** A character so many times: `["n", 6000]`; the character `0` stands for NUL bytes. */
const data = z.tuple([z.string().length(1), size]);
const flags = z
  .string()
  .refine(
    (text) => text.split('|').every((flag) => Object.hasOwn(FLAGS, flag)),
    `flags must be some of ${Object.keys(FLAGS).join(', ')}, with | between them`,
  );

const opSchema = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('open'), fd: name, path: name, flags }),
  z.strictObject({ op: z.literal('pwrite'), fd: name, data, offset: size }),
  z.strictObject({ op: z.literal('write'), fd: name, data }),
  z.strictObject({ op: z.literal('ftruncate'), fd: name, size }),
  z.strictObject({ op: z.enum(['fsync', 'fdatasync', 'syncfs', 'close']), fd: name }),
  z.strictObject({ op: z.enum(['fsyncdir', 'mkdir', 'rmdir', 'unlink', 'utimes']), path: name }),
  z.strictObject({ op: z.literal('truncate'), path: name, size }),
  z.strictObject({ op: z.literal('chmod'), path: name, mode: z.number().int().min(0).max(0o7777) }),
  z.strictObject({ op: z.literal('symlink'), target: name, path: name }),
  z.strictObject({ op: z.enum(['link', 'rename']), from: name, to: name }),
  z.strictObject({ op: z.literal('sync') }),
]);

const OPS: readonly string[] = opSchema.options.flatMap((option) => [
  ...(option.shape.op instanceof z.ZodLiteral ? option.shape.op.values : option.shape.op.options),
]);

/** `setup` is done and durable before the story begins; `ops` is the life that is cut. Paths are relative to `/`. */
export const scriptSchema = z.looseObject({
  setup: z.array(opSchema).default([]),
  ops: z.array(opSchema),
});

/** What is wrong with data that hold a script, and where: `ops[3].op: an op must be one of ...`. */
export function mistakeText(issue: z.core.$ZodIssue): string {
  const place = issue.path.length > 0 ? z.core.toDotPath(issue.path) : 'the whole';
  const unknownOp = issue.path.at(-1) === 'op';
  return `${place}: ${unknownOp ? `an op must be one of ${OPS.slice(0, -1).join(', ')} or ${OPS.at(-1)}` : issue.message}`;
}

export type ScriptOp = z.infer<typeof opSchema>;
export type Script = z.infer<typeof scriptSchema>;

type OnDescriptor = Extract<ScriptOp, { fd: string }>;
type OnPath = Exclude<ScriptOp, { fd: string }>;

/** Runs the ops of one life, one by one. Descriptors have names: an `open` binds one, a later one may bind it again. */
export class ScriptRunner {
  readonly #core: Core;
  readonly #open = new Map<string, number>();

  constructor(core: Core) {
    this.#core = core;
  }

  /** @throws what the disk says, or that no descriptor has the name */
  step(op: ScriptOp): void {
    if (!('fd' in op)) return stepPath(this.#core, op);
    if (op.op === 'open') {
      this.#open.set(op.fd, this.#core.open(absolute(op.path), flagsOf(op.flags)));
      return;
    }
    const fd = this.#open.get(op.fd);
    if (fd === undefined) throw new Error(`no descriptor named "${op.fd}" is open`);
    stepDescriptor(this.#core, op, fd);
    if (op.op === 'close') this.#open.delete(op.fd);
  }
}

function stepDescriptor(core: Core, op: Exclude<OnDescriptor, { op: 'open' }>, fd: number): void {
  switch (op.op) {
    case 'pwrite':
      return write(core, fd, op.data, op.offset);
    case 'write':
      return write(core, fd, op.data, null);
    case 'ftruncate':
      return core.ftruncate(fd, op.size);
    default:
      return core[op.op](fd);
  }
}

function stepPath(core: Core, op: OnPath): void {
  switch (op.op) {
    case 'sync':
      return core.sync();
    case 'fsyncdir': {
      const fd = core.open(absolute(op.path), O_DIRECTORY);
      core.fsync(fd);
      return core.close(fd);
    }
    case 'mkdir':
    case 'rmdir':
    case 'unlink':
      return core[op.op](absolute(op.path));
    case 'utimes':
      return core.utimes(absolute(op.path), 0, 0);
    case 'truncate':
      return core.truncate(absolute(op.path), op.size);
    case 'chmod':
      return core.chmod(absolute(op.path), op.mode);
    case 'symlink':
      return core.symlink(op.target, absolute(op.path));
    case 'link':
    case 'rename':
      return core[op.op](absolute(op.from), absolute(op.to));
  }
}

function absolute(path: string): string {
  return path === '.' ? '/' : `/${path}`;
}

function flagsOf(text: string): number {
  return text.split('|').reduce((bits, flag) => bits | FLAGS[flag as keyof typeof FLAGS], 0);
}

function write(
  core: Core,
  fd: number,
  [char, length]: readonly [string, number],
  offset: number | null,
): void {
  const bytes = char === '0' ? Buffer.alloc(length) : Buffer.alloc(length, char, 'latin1');
  core.write(fd, bytes, 0, length, offset);
}
