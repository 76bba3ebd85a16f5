import type * as nodeFs from 'node:fs';
import { pathToFileURL } from 'node:url';
import { listsRoundALoop, meetsItself, textOf } from './endless-copy.ts';
import { type Arg, type FsCommand, IS_NODE_20, SLOTS } from './fs-command.ts';

export type Form = 'sync' | 'callback' | 'promise';
export const FORMS: readonly Form[] = ['sync', 'callback', 'promise'];

type Method = (...args: unknown[]) => unknown;
type Methods = Record<string, Method>;

/** A `node:fs`, asked in one of its forms, below one directory. */
export class FsSubject {
  readonly #fs: Methods;
  readonly #promises: Methods;
  readonly #form: Form;
  readonly #root: string;
  readonly #slots: unknown[] = Array.from({ length: SLOTS });

  constructor(fs: typeof nodeFs, form: Form, root: string) {
    this.#fs = fs as unknown as Methods;
    this.#promises = fs.promises as unknown as Methods;
    this.#form = form;
    this.#root = root;
  }

  /**
   * What comes of it is not Node's alone. From Node 22 on, `cpSync` is C++ that ends the whole process where it should
   * throw.
   */
  #isNotAsked(command: FsCommand): boolean {
    if (command.call === 'readdir' && asksFor(command, 'recursive')) {
      return listsRoundALoop(this.#fs as unknown as typeof nodeFs, textOf(this.#argument(command.args[0]!)));
    }
    if (command.call !== 'cp') return false;
    if (this.#form === 'sync' && !IS_NODE_20) return true;
    const [source, target] = command.args.slice(0, 2).map((arg) => textOf(this.#argument(arg)));
    return meetsItself(
      this.#fs as unknown as typeof nodeFs,
      source!,
      target!,
      asksFor(command, 'dereference'),
    );
  }

  /** What a program can see of what the call comes to. */
  async run(command: FsCommand): Promise<{ answer: unknown } | { thrown: unknown }> {
    if (this.#isNotAsked(command)) return { thrown: 'not asked' };
    const args = command.args.map((arg) => this.#argument(arg));
    try {
      return { answer: shown(await this.#answer(command, args)) };
    } catch (error) {
      return { thrown: errorShown(error, vague(this.#form, command)) };
    }
  }

  async close(): Promise<void> {
    for (let slot = 0; slot < SLOTS; slot++) await this.#close(slot);
  }

  #argument(arg: Arg): unknown {
    if ('value' in arg)
      return arg.value instanceof Uint8Array ? Uint8Array.prototype.slice.call(arg.value) : arg.value;
    const path = `${this.#root}/${arg.path}`;
    if (arg.as === 'bytes') return Buffer.from(path);
    return arg.as === 'url' && !/\.\.?(?:\/|$)|\/$|\/\//.test(arg.path) ? pathToFileURL(path) : path;
  }

  async #answer({ call, slot }: FsCommand, args: unknown[]): Promise<unknown> {
    if (slot === undefined) return this.#call(call, args);
    if (call === 'open') {
      await this.#close(slot);
      const open = await this.#call('open', args);
      const { results, count } = open as { results?: unknown[]; count?: number };
      this.#slots[slot] = results === undefined ? open : results[0];
      return ['open', count];
    }
    if (this.#slots[slot] === undefined) return 'nothing is open';
    if (call === 'close') return this.#close(slot);
    return this.#form === 'promise'
      ? this.#onHandle(slot, call, args)
      : this.#call(call, [this.#slots[slot], ...args]);
  }

  async #close(slot: number): Promise<unknown> {
    const open = this.#slots[slot];
    this.#slots[slot] = undefined;
    if (open === undefined) return 'nothing is open';
    return this.#form === 'promise' ? (open as { close: Method }).close() : this.#call('close', [open]);
  }

  /** The names that a FileHandle has for the calls of a descriptor. */
  #onHandle(slot: number, call: string, args: unknown[]): unknown {
    const names: Record<string, string> = { fsync: 'sync', fdatasync: 'datasync' };
    const name = names[call] ?? call.replace(/^f(?=stat|truncate|chmod|chown|utimes)/, '');
    return (this.#slots[slot] as Methods)[name]!(...args);
  }

  #call(call: string, args: unknown[]): unknown {
    if (this.#form === 'sync') return this.#fs[`${call}Sync`]!(...args);
    if (this.#form === 'promise') return this.#promises[call]!(...args);
    return new Promise((resolve, reject) => {
      this.#fs[call]!(...args, (...results: unknown[]) => {
        const [error, ...rest] = results;
        if (error) reject(error);
        else resolve({ results: rest, count: results.length });
      });
    });
  }
}

/**
 * Which of its steps a call of many steps reports differs between Node's forms and versions; the code doesn't. And the
 * synchronous `opendir` of Node 20 forgets the path.
 */
function vague(form: Form, command: FsCommand): boolean {
  const { call } = command;
  if (call === 'rm' || call === 'cp' || (call === 'opendir' && form === 'sync')) return true;
  return call === 'mkdir' && asksFor(command, 'recursive');
}

/** Whether the last argument is options in which this one is true. */
export function asksFor({ args }: FsCommand, option: string): boolean {
  const options = args.at(-1);
  if (options === undefined || !('value' in options)) return false;
  return (options.value as Record<string, unknown> | null | undefined)?.[option] === true;
}

function errorShown(error: unknown, vaguely: boolean): unknown {
  if (
    vaguely &&
    !['ERR_INVALID_ARG_TYPE', 'ERR_INVALID_ARG_VALUE', 'ERR_OUT_OF_RANGE'].includes(
      String((error as NodeJS.ErrnoException).code),
    )
  ) {
    // Of two paths that lead nowhere either may be looked at first, and of two reasons not to copy.
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes(code)) return 'nowhere';
    return ['ERR_FS_CP_EINVAL', 'ERR_FS_EISDIR'].includes(code) ? 'not this directory' : code;
  }
  const { name, code, errno, syscall, path, dest, message } = error as NodeJS.ErrnoException & {
    dest?: string;
  };
  // Of several wrong arguments, other versions may name another one, and call it by another name.
  if (!IS_NODE_20 && syscall === undefined) return 'refused';
  return { name, code, errno, syscall, path, dest, message };
}

const STAT_FIELDS = ['mode', 'nlink', 'uid', 'gid', 'blksize'];

/** A result without what differs between any two disks: numbers of devices, inodes and descriptors, times, order. */
function shown(value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (Array.isArray(value))
    return value.some((each) => ArrayBuffer.isView(each)) ? value.map(shown) : value.map(shown).sort(byText);
  if (ArrayBuffer.isView(value))
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1');
  if (typeof value !== 'object' || value === null) return value;
  const object = value as Record<string, unknown>;
  if ('nlink' in object) return statShown(object);
  if ('parentPath' in object) return direntShown(object);
  // Node 24 has one number more.
  if ('bsize' in object) return Object.keys(object).filter((name) => name !== 'frsize');
  if ('closeSync' in object) return dirShown(object as never);
  return Object.fromEntries(Object.entries(object).map(([key, each]) => [key, shown(each)]));
}

function byText(left: unknown, right: unknown): number {
  return JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
}

function statShown(stat: Record<string, unknown>): unknown {
  const directory = (stat['isDirectory'] as () => boolean)();
  const names = directory ? STAT_FIELDS : [...STAT_FIELDS, 'size'];
  return [
    names.map((name) => `${name} ${String(stat[name])}`),
    Object.keys(stat).sort(),
    typeof stat['size'],
  ];
}

function direntShown(entry: Record<string, unknown>): unknown {
  const { name, parentPath } = entry as { name: unknown; parentPath: string };
  const types = ['isFile', 'isDirectory', 'isSymbolicLink'].map((type) => (entry[type] as () => boolean)());
  return [shown(name), parentPath, types, entry['path']];
}

function dirShown(dir: nodeFs.Dir): unknown {
  const names = [];
  for (let entry = dir.readSync(); entry !== null; entry = dir.readSync())
    names.push(direntShown(entry as never));
  dir.closeSync();
  return [dir.path, names.sort(byText)];
}
