import type { Disk } from '../../../harness/index.ts';
import type { FileSystem, OpenFile } from '../../../src/ports/file-system.ts';
import { CLIENT, STORE } from '../world.ts';

/** The process was killed before one of its steps; what it has done until then stays. */
export class Killed extends Error {}

/** What a step is told as: `note` is called before it is taken, and may throw to keep it from being taken. */
type Note = (step: string) => void;

const MAKING = ['mkdir', 'rmdir', 'unlink', 'chmod', 'truncate'] as const;
type Call = (path: string, ...more: readonly unknown[]) => Promise<void>;

/** The same disk, whose steps are noted: all that changes it, and all that makes a change durable, but no reads. */
export function stepping(disk: Disk, note: Note): Disk {
  // A sync of everything is one step, not one of each file.
  const own: Partial<FileSystem> = { syncfs: async () => note('sync the whole file system') };
  for (const name of MAKING)
    own[name] = async (path: string, ...more: readonly unknown[]) => {
      note(`${name} ${short(path)}`);
      await (disk.fs[name] as Call).call(disk.fs, path, ...more);
    };
  own.rename = async (from, to) => {
    note(`rename ${short(from)} to ${short(to)}`);
    await disk.fs.rename(from, to);
  };
  own.link = async (from, to) => {
    note(`link ${short(to)} to the file of ${short(from)}`);
    await disk.fs.link(from, to);
  };
  own.symlink = async (target, path) => {
    note(`symlink ${short(path)} to ${short(target)}`);
    await disk.fs.symlink(target, path);
  };
  own.open = async (path, flags = 'r', mode) => {
    if (flags !== 'r' && flags !== 'r+') note(`open ${short(path)} (${flags})`);
    return noted(await disk.fs.open(path, flags, mode), short(path), note);
  };
  const fs = new Proxy(disk.fs, {
    get(target, name) {
      if (Object.hasOwn(own, name)) return own[name as keyof FileSystem];
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  return { fs, clock: disk.clock, random: disk.random };
}

function noted(file: OpenFile, path: string, note: Note): OpenFile {
  return {
    read: (...args) => file.read(...args),
    stat: () => file.stat(),
    close: () => file.close(),
    async write(...args) {
      note(`write ${path}`);
      return await file.write(...args);
    },
    async truncate(length) {
      note(`truncate ${path} to ${length} bytes`);
      await file.truncate(length);
    },
    async sync() {
      note(`sync ${path}`);
      await file.sync();
    },
    async datasync() {
      note(`sync the data of ${path}`);
      await file.datasync();
    },
  };
}

/** Paths within the client's directory, and backups by their numbers: when they were made says nothing. */
function short(path: string): string {
  const root = `${STORE}/${CLIENT}`;
  const inside = path === root ? '.' : path.replace(`${root}/`, '');
  return shortNames(inside);
}

export function shortNames(text: string): string {
  return text.replaceAll(/\b0*(\d+) \d{4}-\d\d-\d\d \d\d:\d\d:\d\d [-+]\d{4}/g, '#$1');
}
