import { type Command, type PathText, type Pattern, SLOT_COUNT } from './commands.ts';
import type { SyncDisk } from './sync-disk.ts';

/** A disk on which commands run below one directory. */
export interface Subject {
  readonly disk: SyncDisk;
  /** Absolute; the same text on both disks, so that even messages can be compared. */
  readonly root: string;
  /** Descriptors by slot. */
  readonly slots: (number | undefined)[];
}

export function newSubject(disk: SyncDisk, root: string): Subject {
  return { disk, root, slots: Array.from({ length: SLOT_COUNT }) };
}

/** Closes what a sequence left open. */
export function closeAll(subject: Subject): void {
  for (const fd of subject.slots) if (fd !== undefined) subject.disk.close(fd);
  subject.slots.fill(undefined);
}

/** The bytes of a pattern: no two alike in a row, and now and then zeros. */
export function patternBytes({ seed, length }: Pattern): Uint8Array {
  const bytes = new Uint8Array(length);
  if (seed !== 0) for (let index = 0; index < length; index++) bytes[index] = seed + index * 31;
  return bytes;
}

/** Runs a command and tells all that a program can see of the outcome, as text. */
export function runCommand(subject: Subject, command: Command): string {
  try {
    return execute(subject, command);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === undefined) throw error;
    // Which of its steps a recursive call reports differs between Node's versions; the code doesn't.
    if (command.call === 'rm') return code;
    // If a symlink that leads nowhere is in the way, mkdirSync says where it fails and promises.mkdir, as the core
    // does, ENOTDIR.
    if (command.call === 'mkdirp') return code === 'ENOENT' || code === 'ELOOP' ? 'ENOTDIR' : code;
    return message;
  }
}

function execute(subject: Subject, command: Command): string {
  if ('slot' in command) return onDescriptor(subject, command);
  const { disk } = subject;
  const path = full(subject, command.path);
  switch (command.call) {
    case 'link':
    case 'rename':
      return done(disk[command.call](path, full(subject, command.to)));
    case 'copyFile':
      return done(disk.copyFile(path, full(subject, command.to), command.mode));
    case 'symlink':
      return done(disk.symlink(full(subject, command.target), path));
    case 'mkdir':
    case 'mkdirp':
    case 'chmod':
    case 'access':
      return done(disk[command.call](path, command.mode));
    case 'writeFile':
    case 'appendFile':
      return done(disk[command.call](path, patternBytes(command.data)));
    case 'truncate':
      return done(disk.truncate(path, command.size));
    case 'chown':
      return done(disk.chown(path, -1, -1));
    case 'utimes':
      return done(disk.utimes(path, 1_000_000, 2_000_000));
    case 'stat':
    case 'lstat':
      return statText(disk[command.call](path));
    case 'readdir':
      return disk.readdir(path).sort().join(' ');
    case 'readFile':
      return digest(disk.readFile(path));
    case 'readlink':
    case 'realpath':
      return disk[command.call](path);
    default:
      return done(disk[command.call](path));
  }
}

function onDescriptor(subject: Subject, command: Extract<Command, { slot: number }>): string {
  const { disk, slots } = subject;
  if (command.call === 'open') {
    const fd = disk.open(full(subject, command.path), command.flags, command.mode);
    const before = slots[command.slot];
    if (before !== undefined) disk.close(before);
    slots[command.slot] = fd;
    return 'open';
  }
  const fd = slots[command.slot];
  if (fd === undefined) return 'no descriptor';
  switch (command.call) {
    case 'close':
      slots[command.slot] = undefined;
      return done(disk.close(fd));
    case 'fsync':
    case 'fdatasync':
      return done(disk[command.call](fd));
    case 'fstat':
      return statText(disk.fstat(fd));
    case 'read': {
      const buffer = new Uint8Array(command.length);
      const count = disk.read(fd, buffer, command.position);
      return digest(buffer.subarray(0, count));
    }
    case 'write':
      return `${disk.write(fd, patternBytes(command.data), command.position)}`;
    case 'ftruncate':
      return done(disk.ftruncate(fd, command.size));
    default:
      return done(disk.fchmod(fd, command.mode));
  }
}

function full(subject: Subject, { text, rooted }: PathText): string {
  return rooted ? `${subject.root}/${text}` : text;
}

function done(_nothing: void): string {
  return 'done';
}

const DIRECTORY = 0o040000;

/** Sizes of directories are left out: each file system has its own idea of them. */
export function statText(stat: { mode: number; nlink: number; size: number }): string {
  const size = (stat.mode & 0o170000) === DIRECTORY ? 'dir' : stat.size;
  return `mode ${stat.mode.toString(8)} nlink ${stat.nlink} size ${size}`;
}

/** Contents, short enough for a message and long enough to tell. */
export function digest(bytes: Uint8Array): string {
  let hash = 0;
  for (let index = 0; index < bytes.length; index++) hash = (Math.imul(hash, 31) + bytes[index]!) | 0;
  const head = Buffer.from(bytes.subarray(0, 8)).toString('hex');
  return `${bytes.length} bytes ${head}.. ${(hash >>> 0).toString(16)}`;
}
