import { readFileSync, statSync } from 'node:fs';
import { bytesOf, fdOf, flagsOf, numberOf, pointedAt, vectorOf } from './arguments.ts';
import { O_APPEND } from '../disk/core/constants.ts';
import { contentOf } from '../disk/image/tree.ts';
import { fileAt, growTo, moveRange, syncWritten, zeroRange } from './disk.ts';
import type { OpenFile } from './processes.ts';
import type { Handler, Step } from './step.ts';

/** How a write was asked for. */
interface Write {
  readonly bytes: Uint8Array;
  /** Undefined for the position of the open file, which moves then. */
  readonly position?: number;
  readonly append?: boolean;
  readonly through?: 'sync' | 'dsync';
}

function written(step: Step, { bytes, position, append, through }: Write): void {
  const { life, process, call, args, value } = step;
  const number = fdOf(args[0]!).fd!;
  const known = process.descriptors.get(number);
  if (known?.kind === 'output') return life.said(Buffer.from(bytes.subarray(0, value)).toString());
  const file = life.file(process, call, args[0]!);
  if (!file || value === 0) return;
  writeTo(step, file, bytes.subarray(0, value), { position, append, through });
}

function writeTo(
  { life }: Step,
  file: OpenFile,
  bytes: Uint8Array,
  how: {
    readonly position?: number | undefined;
    readonly append?: boolean | undefined;
    readonly through?: Write['through'];
  },
): void {
  const { core } = life;
  const open = core.openFile(file.fd)!;
  const appends = how.append === true || open.append;
  const start = appends ? fileAt(core, file.ino).size : (how.position ?? file.position);
  const { flags } = open;
  if (how.append) open.flags |= O_APPEND;
  core.write(file.fd, bytes, 0, bytes.length, start);
  open.flags = flags;
  if (how.through && open.through !== 'sync')
    syncWritten(core, file.ino, open.path, { offset: start, length: bytes.length, through: how.through });
  // pwrite through O_APPEND appends, and leaves the position alone.
  if (how.position === undefined) file.position = start + bytes.length;
}

const write: Handler = (step) => {
  if (!step.failed) written(step, { bytes: bytesOf(step.args[1]!) });
};

const pwrite: Handler = (step) => {
  if (!step.failed) written(step, { bytes: bytesOf(step.args[1]!), position: numberOf(step.args[3]!) });
};

const writev: Handler = (step) => {
  if (!step.failed) written(step, { bytes: vectorOf(step.args[1]!) });
};

const KNOWN_FLAGS = new Set(['', '0', 'RWF_HIPRI', 'RWF_NOWAIT', 'RWF_APPEND', 'RWF_SYNC', 'RWF_DSYNC']);

const pwritev: Handler = (step) => {
  const { life, process, call, args, failed } = step;
  if (failed) return;
  const flags = flagsOf(args[4] ?? '');
  const other = [...flags].find((flag) => !KNOWN_FLAGS.has(flag));
  if (other !== undefined && life.file(process, call, args[0]!))
    life.refuse(call, fdOf(args[0]!).path ?? '', `its flag ${other} is not followed`);
  const at = numberOf(args[3]!);
  written(step, {
    bytes: vectorOf(args[1]!),
    ...(at === -1 ? {} : { position: at }),
    append: flags.has('RWF_APPEND'),
    ...(flags.has('RWF_SYNC') ? { through: 'sync' } : flags.has('RWF_DSYNC') ? { through: 'dsync' } : {}),
  });
};

/** read and readv, whose arguments are left as numbers: they move the position. */
const read: Handler = ({ process, args, value }) => {
  const file = process.descriptors.get(numberOf(args[0]!));
  if (file?.kind === 'disk' && value > 0) file.position += value;
};

const lseek: Handler = ({ life, process, call, args, failed, value }) => {
  const file = life.file(process, call, args[0]!);
  if (!file) return;
  const [, , whence = ''] = args;
  if (/SEEK_(?:DATA|HOLE)/.test(whence)) life.learning.inode(file.ino);
  else if (whence !== 'SEEK_SET') life.learning.look(file.ino);
  if (!failed) file.position = value;
};

const truncate: Handler = ({ life, process, call, args, failed }) => {
  const place = life.place(process, call, args[0]!, true);
  if (!failed && place.type === 'disk') life.core.truncate(place.path, numberOf(args[1]!));
};

const ftruncate: Handler = ({ life, process, call, args, failed }) => {
  const file = life.file(process, call, args[0]!);
  if (file && !failed) life.core.ftruncate(file.fd, numberOf(args[1]!));
};

const fallocate: Handler = ({ life, process, call, args, failed }) => {
  const file = life.file(process, call, args[0]!);
  if (!file) return;
  life.learning.look(file.ino);
  if (failed) return;
  const { core } = life;
  const flags = flagsOf(args[1]!);
  const [start, length] = [numberOf(args[2]!), numberOf(args[3]!)];
  const { path } = core.openFile(file.fd)!;
  if (flags.has('FALLOC_FL_COLLAPSE_RANGE'))
    return moveRange(core, file.ino, path, { start, removed: length, inserted: 0 });
  if (flags.has('FALLOC_FL_INSERT_RANGE'))
    return moveRange(core, file.ino, path, { start, removed: 0, inserted: length });
  if (flags.has('FALLOC_FL_PUNCH_HOLE') || flags.has('FALLOC_FL_ZERO_RANGE'))
    zeroRange(core, file.ino, path, start, length);
  if (!flags.has('FALLOC_FL_KEEP_SIZE')) growTo(core, file.ino, path, start + length);
};

/** copy_file_range, sendfile and splice: bytes that pass through no memory of the program's. */
function copied(step: Step, from: string, fromAt: string, to: string, toAt: string | undefined): void {
  const { life, process, call, failed, value } = step;
  if (failed || value === 0) return;
  const source = process.descriptors.get(fdOf(from).fd!);
  life.demandKnown(call, fdOf(from), source);
  const target = life.file(process, call, to);
  const start = pointedAt(fromAt) ?? source?.position ?? 0;
  if (target) {
    const bytes =
      source?.kind === 'disk' ? ofDisk(step, source, start) : ofOthers(step, fdOf(from).path ?? '', start);
    if (bytes.length !== value)
      life.refuse(call, target.path, 'what it was copied from is not what it was any more');
    writeTo(step, target, bytes, { position: toAt === undefined ? undefined : pointedAt(toAt) });
  }
  if (process.descriptors.get(fdOf(to).fd!)?.kind === 'output' && source) {
    const bytes = source.kind === 'disk' ? ofDisk(step, source, start) : ofOthers(step, source.path, start);
    life.said(Buffer.from(bytes).toString());
  }
  if (source && pointedAt(fromAt) === undefined) source.position = start + value;
}

function ofDisk({ life, value }: Step, source: OpenFile, start: number): Uint8Array {
  return contentOf(fileAt(life.core, source.ino)).subarray(start, start + value);
}

/** Files that are not on the disk are read afterwards; what is no file, or has changed since, is gone. */
function ofOthers({ life, call, value }: Step, path: string, start: number): Uint8Array {
  try {
    const stats = statSync(path);
    if (stats.isFile() && stats.ctimeMs <= life.since)
      return readFileSync(path).subarray(start, start + value);
  } catch {
    // It is gone.
  }
  return life.refuse(call, path, 'what it passes on without reading it is not recorded');
}

const copyFileRange: Handler = (step) => {
  const [from, fromAt, to, toAt] = step.args;
  copied(step, from!, fromAt!, to!, toAt);
};

const splice: Handler = copyFileRange;

const sendfile: Handler = (step) => {
  const [to, from, fromAt] = step.args;
  copied(step, from!, fromAt!, to!, undefined);
};

export const DATA: Readonly<Record<string, Handler>> = {
  write,
  pwrite64: pwrite,
  writev,
  pwritev,
  pwritev2: pwritev,
  read,
  readv: read,
  lseek,
  truncate,
  ftruncate,
  fallocate,
  copy_file_range: copyFileRange,
  splice,
  sendfile,
};
