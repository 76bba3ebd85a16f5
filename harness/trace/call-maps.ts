import { numberOf } from './arguments.ts';
import { storePages, syncWritten } from './disk.ts';
import type { Process } from './processes.ts';
import type { RecordedLife } from './recorded-life.ts';
import type { Handler } from './step.ts';
import { SharedMapping } from './unfollowed.ts';
import { PAGE_SIZE } from '../disk/image/types.ts';

/** Memory that is shared with files of the disk. What is stored there is in no call; it was looked at, or is refused. */

const mmap: Handler = (step) => {
  const { life, process, call, args, failed, value } = step;
  if (failed) return;
  const [, length = '0', protection = '', flags = '', fd = '-1', offset = '0'] = args;
  const from = value;
  const to = from + pagesOf(numberOf(length));
  process.memory.remove(from, to);
  if (fd.startsWith('-1') || !flags.startsWith('MAP_SHARED')) return;
  const file = life.file(process, call, fd);
  if (!file) return;
  const open = life.core.openFile(file.fd)!;
  if (call.mapped === undefined && protection.includes('PROT_WRITE'))
    throw notSeen(
      life,
      call.name,
      open.path,
      'it is mapped to be shared and written to, and what is written is not recorded',
    );
  life.learning.inode(file.ino);
  if (!open.writable) return;
  process.memory.add({ from, to, offset: numberOf(offset), file, path: open.path });
  // It stays as long as it is mapped, whoever closes it.
  file.users++;
  if (call.mapped !== undefined) life.mapped.set(call.mapped, file.ino);
};

/** Programs that never map a file to write to it are recorded without standing still. */
const mprotect: Handler = ({ life, process, call, args, failed }) => {
  if (failed || !args[2]?.includes('PROT_WRITE')) return;
  const from = numberOf(args[0]!);
  const map = process.memory
    .in(from, from + numberOf(args[1]!))
    .find(({ file }) => !isLookedAt(life, file.ino));
  if (map) throw notSeen(life, call.name, map.path, 'memory that it shares is made writable');
};

function isLookedAt(life: RecordedLife, ino: number): boolean {
  return [...life.mapped.values()].includes(ino);
}

function notSeen(life: RecordedLife, name: string, path: string, why: string): SharedMapping {
  return new SharedMapping(`${name} of ${life.shown(path)}: ${why}`);
}

const munmap: Handler = ({ process, args, failed }) => {
  const from = numberOf(args[0]!);
  if (!failed) process.memory.remove(from, from + pagesOf(numberOf(args[1]!)));
};

const mremap: Handler = ({ process, args, failed, value }) => {
  if (!failed)
    process.memory.move(numberOf(args[0]!), pagesOf(numberOf(args[1]!)), value, pagesOf(numberOf(args[2]!)));
};

/** With MS_SYNC, what is mapped there is durable as by fdatasync of so much of the file; else nothing is promised. */
const msync: Handler = ({ life, process, args, failed }) => {
  if (failed || !args[2]?.includes('MS_SYNC')) return;
  const from = numberOf(args[0]!);
  const to = from + pagesOf(numberOf(args[1]!));
  for (const map of process.memory.in(from, to)) {
    const start = Math.max(from, map.from);
    const range = { offset: map.offset + start - map.from, length: Math.min(to, map.to) - start };
    syncWritten(life.core, map.file.ino, map.path, { ...range, through: 'dsync' });
  }
};

/** No call: the pages that differ from what all calls have led to. They were stored by whoever has them mapped. */
const looked: Handler = ({ life, call }) => {
  const changed = new Map<number, { readonly index: number; readonly bytes: Uint8Array }[]>();
  for (const page of call.pages ?? []) {
    const ino = life.mapped.get(page.file);
    if (ino !== undefined) changed.set(ino, [...(changed.get(ino) ?? []), page]);
  }
  for (const [ino, pages] of changed) {
    const path = life.pathNow(ino);
    if (!storePages(life.core, { ino, path, pages })) continue;
    if (life.processes!.alive(call.left).filter((each) => canChange(each, ino, life)).length > 1)
      life.refuse(
        { name: 'mmap' },
        path,
        'two threads or processes can change it at the same time, and which of them did so first is not recorded',
      );
  }
};

function canChange({ memory, descriptors }: Process, ino: number, { core }: RecordedLife): boolean {
  if (memory.maps.some(({ file }) => file.ino === ino)) return true;
  return descriptors
    .files()
    .some((file) => file.kind === 'disk' && file.ino === ino && core.openFile(file.fd)!.writable);
}

function pagesOf(length: number): number {
  return Math.ceil(length / PAGE_SIZE) * PAGE_SIZE;
}

export const MAPS: Readonly<Record<string, Handler>> = {
  mmap,
  mprotect,
  munmap,
  mremap,
  msync,
  looked,
};
