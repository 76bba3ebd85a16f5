import {
  O_APPEND,
  O_CREAT,
  O_DIRECTORY,
  O_DSYNC,
  O_EXCL,
  O_NOFOLLOW,
  O_PATH,
  O_RDWR,
  O_SYNC,
  O_TMPFILE_BIT,
  O_TRUNC,
  O_WRONLY,
} from '../disk/core/constants.ts';
import { fdOf, flagsOf, modeOf, numberOf } from './arguments.ts';
import { makeNameless } from './disk.ts';
import { join, type Place } from './places.ts';
import type { OpenFile } from './processes.ts';
import type { Handler, Step } from './step.ts';

const O_CLOEXEC = 0o2000000;

const FLAGS: Readonly<Record<string, number>> = {
  O_WRONLY,
  O_RDWR,
  O_CREAT,
  O_EXCL,
  O_TRUNC,
  O_APPEND,
  O_DSYNC,
  O_SYNC,
  O_DIRECTORY,
  O_NOFOLLOW,
  O_PATH,
  O_CLOEXEC,
  O_TMPFILE: O_TMPFILE_BIT | O_DIRECTORY,
};

/** Flags as a number, as far as they matter here. */
function flagBits(text: string): number {
  let bits = 0;
  for (const name of flagsOf(text)) bits |= FLAGS[name] ?? 0;
  return bits;
}

const open: Handler = (step) => opened(step, step.args[0]!, undefined, step.args[1]!, step.args[2]);
const openat: Handler = (step) => opened(step, step.args[1]!, step.args[0], step.args[2]!, step.args[3]);
const creat: Handler = (step) =>
  opened(step, step.args[0]!, undefined, 'O_WRONLY|O_CREAT|O_TRUNC', step.args[1]);

/** `{flags=O_RDWR|O_CREAT, mode=0644, resolve=0}` */
const openat2: Handler = (step) => {
  const how = step.args[2] ?? '';
  const [, flags = '', mode] = /flags=([^,}]*)(?:, mode=([^,}]*))?/.exec(how) ?? [];
  // Where such a path must not lead, the walk here goes all the same.
  if (/resolve=(?!0)/.test(how)) step.life.learning.other();
  opened(step, step.args[1]!, step.args[0], flags, mode);
};

const openByHandle: Handler = ({ life, call }) => {
  life.demandKnown(call, fdOf(call.result));
};

function opened(step: Step, path: string, at: string | undefined, flagText: string, mode = '0'): void {
  const { life, process, call } = step;
  const flags = flagBits(flagText);
  const isExclusive = (flags & O_EXCL) !== 0 && (flags & O_CREAT) !== 0;
  const follow = !isExclusive && (flags & O_NOFOLLOW) === 0;
  const place = life.place(process, call, path, follow, at);
  if (step.failed) return looked(step, place);
  const result = fdOf(call.result);
  const onExec = (flags & O_CLOEXEC) === 0 ? 'kept' : 'closed';
  if (place.type === 'descriptor') {
    const same = process.descriptors.get(place.fd);
    if (same === undefined || same.kind !== 'disk') life.demandKnown(call, result, same);
    if (same?.kind === 'disk')
      life.refuse(call, same.path, 'it is opened anew by its number, which is not followed');
    if (same) process.descriptors.put(result.fd!, same, onExec);
    return;
  }
  if (place.type === 'disk') {
    const file = openOnDisk(step, place, flags, modeOf(mode));
    process.descriptors.put(result.fd!, file, onExec);
    return;
  }
  if (place.type !== 'ignored') life.demandKnown(call, result);
  const real = place.type === 'ignored' ? life.root + place.path : (result.path ?? '');
  process.descriptors.put(result.fd!, elsewhere(real), onExec);
}

/** A file that could not be opened was looked for all the same. */
function looked({ life }: Step, place: Place): void {
  if (place.type === 'disk' && place.ino > 0) life.learning.look(place.ino);
}

function openOnDisk(step: Step, place: Place & { type: 'disk' }, flags: number, mode: number): OpenFile {
  const { life, process, call } = step;
  const { core } = life;
  const bits = mode & ~process.standing.umask;
  core.umask = 0;
  if ((flags & O_TMPFILE_BIT) !== 0) {
    const ino = makeNameless(core, place.path, bits);
    const { fd } = core.openDescriptor(
      ino,
      flags & ~(O_TMPFILE_BIT | O_DIRECTORY),
      join(place.path, '#nameless'),
    );
    return { kind: 'disk', fd, ino, path: place.path, position: 0, users: 0 };
  }
  const known = fdOf(call.result).path;
  if (known !== undefined && known !== life.root + (place.path === '/' ? '' : place.path))
    life.refuse(call, known, `the record has it as ${place.path}`);
  const inode = place.ino === 0 ? undefined : core.image.inode(place.ino);
  // By a descriptor of O_PATH, nothing is read; but what it leads to can be looked at.
  if (inode && inode.kind !== 'dir' && (flags & O_WRONLY) === 0) {
    // What is emptied holds nothing of what it held; but what is written by another name of it can be read here.
    if ((flags & O_TRUNC) === 0) life.learning.inode(place.ino);
    else life.learning.same(place.ino, place.ino);
  }
  const fd =
    inode?.kind === 'symlink'
      ? core.openDescriptor(place.ino, flags, place.path).fd
      : core.open(place.path, flags & ~(O_PATH | O_CLOEXEC | O_NOFOLLOW), bits);
  return { kind: 'disk', fd, ino: core.openFile(fd)!.ino, path: place.path, position: 0, users: 0 };
}

export function elsewhere(path: string): OpenFile {
  return { kind: 'other', fd: 0, ino: 0, path, position: 0, users: 0 };
}

const close: Handler = ({ process, args, failed }) => {
  if (!failed) process.descriptors.close(fdOf(args[0]!).fd!);
};

const closeRange: Handler = (step) => {
  const { life, process, args, failed } = step;
  if (failed) return;
  if (args[2]?.includes('CLOSE_RANGE_UNSHARE')) life.processes?.unshare(process);
  const [from, to] = [numberOf(args[0]!), numberOf(args[1]!)];
  if (args[2]?.includes('CLOSE_RANGE_CLOEXEC')) process.descriptors.setRangeOnExec(from, to);
  else process.descriptors.closeRange(from, to);
};

/** dup, dup2, dup3 and F_DUPFD: the result is one more descriptor of the same open file. */
function duplicate({ life, process, call, args, failed }: Step, onExec: 'kept' | 'closed'): void {
  if (failed) return;
  const result = fdOf(call.result);
  const file = process.descriptors.get(fdOf(args[0]!).fd!);
  if (file === undefined) life.demandKnown(call, result);
  process.descriptors.put(result.fd!, file ?? elsewhere(result.path ?? ''), onExec);
}

const dup: Handler = (step) => {
  const [from, to] = step.args;
  if (to !== undefined && fdOf(from!).fd === fdOf(to).fd && step.call.name === 'dup2') return;
  duplicate(step, step.args[2]?.includes('O_CLOEXEC') ? 'closed' : 'kept');
};

/** A lock that one name of a file has been given stands in the way of one by another. Nobody holds any at boot. */
export const locked: Handler = ({ life, process, call, args }) => {
  const file = life.file(process, call, args[0]!);
  if (file) life.learning.same(file.ino, file.ino);
};

const fcntl: Handler = (step) => {
  const { life, process, call, args, failed } = step;
  const [fd = '', what, value = ''] = args;
  if (/^F_(?:OFD_)?(?:GETLK|SETLK)/.test(what ?? '')) return locked(step);
  if (failed) return;
  if (what === 'F_DUPFD') duplicate(step, 'kept');
  else if (what === 'F_DUPFD_CLOEXEC') duplicate(step, 'closed');
  else if (what === 'F_SETFD')
    process.descriptors.setOnExec(fdOf(fd).fd!, value.includes('FD_CLOEXEC') ? 'closed' : 'kept');
  else if (what === 'F_SETFL') {
    const file = life.file(process, call, fd);
    const open = file && life.core.openFile(file.fd);
    if (open) open.flags = (open.flags & ~O_APPEND) | (flagBits(value) & O_APPEND);
  }
};

export const OPENS: Readonly<Record<string, Handler>> = {
  open,
  openat,
  openat2,
  creat,
  open_by_handle_at: openByHandle,
  pidfd_getfd: openByHandle,
  close,
  close_range: closeRange,
  dup,
  dup2: dup,
  dup3: dup,
  fcntl,
};
