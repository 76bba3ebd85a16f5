import { constants } from 'node:fs';
import { z } from 'zod';
import type { Core } from './core/core.ts';

/** A small list of operations as data: the workloads that were run on real file systems have this form. */

const name = z.string().min(1);
const size = z.number().int().nonnegative();
/** A character so many times: `["n", 6000]`. */
const data = z.tuple([z.string().length(1), size]);
const flags = z.enum(['O_WRONLY', 'O_WRONLY|O_CREAT', 'O_WRONLY|O_TRUNC', 'O_WRONLY|O_APPEND']);

const opSchema = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('open'), fd: name, path: name, flags }),
  z.strictObject({ op: z.literal('pwrite'), fd: name, data, offset: size }),
  z.strictObject({ op: z.literal('write'), fd: name, data }),
  z.strictObject({ op: z.literal('ftruncate'), fd: name, size }),
  z.strictObject({ op: z.enum(['fsync', 'close']), fd: name }),
  z.strictObject({ op: z.enum(['fsyncdir', 'mkdir', 'unlink']), path: name }),
  z.strictObject({ op: z.literal('symlink'), target: name, path: name }),
  z.strictObject({ op: z.enum(['link', 'rename']), from: name, to: name }),
]);

/** `setup` is done and durable before the story begins; `ops` is the life that is cut. Paths are relative to `/`. */
export const scriptSchema = z.looseObject({
  setup: z.array(opSchema).default([]),
  ops: z.array(opSchema),
});

export type ScriptOp = z.infer<typeof opSchema>;
export type Script = z.infer<typeof scriptSchema>;

/** Runs the ops of one life, one by one. Descriptors have names: an `open` binds one, a later one may bind it again. */
export class ScriptRunner {
  readonly #core: Core;
  readonly #open = new Map<string, number>();

  constructor(core: Core) {
    this.#core = core;
  }

  /** @throws what the disk says, or that no descriptor has the name */
  step(op: ScriptOp): void {
    const core = this.#core;
    switch (op.op) {
      case 'open':
        this.#open.set(op.fd, core.open(absolute(op.path), flagsOf(op.flags)));
        return;
      case 'pwrite':
        return write(core, this.#fd(op.fd), op.data, op.offset);
      case 'write':
        return write(core, this.#fd(op.fd), op.data, null);
      case 'ftruncate':
        return core.ftruncate(this.#fd(op.fd), op.size);
      case 'fsync':
        return core.fsync(this.#fd(op.fd));
      case 'close':
        core.close(this.#fd(op.fd));
        this.#open.delete(op.fd);
        return;
      default:
        return stepPath(core, op);
    }
  }

  #fd(fd: string): number {
    const found = this.#open.get(fd);
    if (found === undefined) throw new Error(`no descriptor named "${fd}" is open`);
    return found;
  }
}

function stepPath(core: Core, op: Exclude<ScriptOp, { fd: string }>): void {
  switch (op.op) {
    case 'fsyncdir': {
      const fd = core.open(absolute(op.path), constants.O_RDONLY | constants.O_DIRECTORY);
      core.fsync(fd);
      return core.close(fd);
    }
    case 'mkdir':
      return core.mkdir(absolute(op.path));
    case 'unlink':
      return core.unlink(absolute(op.path));
    case 'symlink':
      return core.symlink(op.target, absolute(op.path));
    case 'link':
      return core.link(absolute(op.from), absolute(op.to));
    case 'rename':
      return core.rename(absolute(op.from), absolute(op.to));
  }
}

function absolute(path: string): string {
  return path === '.' ? '/' : `/${path}`;
}

function flagsOf(text: z.infer<typeof flags>): number {
  const bits = {
    O_WRONLY: constants.O_WRONLY,
    O_CREAT: constants.O_CREAT,
    O_TRUNC: constants.O_TRUNC,
    O_APPEND: constants.O_APPEND,
  };
  return text.split('|').reduce((sum, flag) => sum | bits[flag as keyof typeof bits], 0);
}

/** The character `0` stands for NUL bytes, here as in the trees that come out. */
function write(
  core: Core,
  fd: number,
  [char, length]: readonly [string, number],
  offset: number | null,
): void {
  const bytes = char === '0' ? Buffer.alloc(length) : Buffer.alloc(length, char, 'latin1');
  core.write(fd, bytes, 0, length, offset);
}
