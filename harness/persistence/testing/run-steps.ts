import type { Core } from '../../disk/core/core.ts';
import { O_CREAT, O_EXCL, O_RDWR, O_WRONLY } from '../../disk/core/constants.ts';
import type { Piece, Step } from './step.ts';

/** A file or directory that a life holds open. */
interface Held {
  fd: number | undefined;
}

export function runSteps(core: Core, steps: readonly Step[]): void {
  const held: Held = { fd: undefined };
  for (const each of steps) {
    try {
      runStep(core, each, held);
    } catch (error) {
      if ((error as { code?: string }).code === undefined) throw error;
    }
  }
}

function runStep(core: Core, each: Step, held: Held): void {
  switch (each.call) {
    case 'create':
      return core.close(core.open(each.path, O_WRONLY | O_CREAT | O_EXCL));
    case 'mkdir':
    case 'rmdir':
    case 'unlink':
      return core[each.call](each.path);
    case 'rename':
    case 'link':
      return core[each.call](each.path, each.to);
    case 'symlink':
      return core.symlink(each.to, each.path);
    case 'truncate':
      return core.truncate(each.path, each.size);
    case 'chmod':
      return core.chmod(each.path, each.mode);
    case 'sync':
      return core.sync();
    default:
      return onDescriptor(core, each, held);
  }
}

function onDescriptor(
  core: Core,
  each: Extract<Step, { call: 'write' | 'fsync' | 'fdatasync' | 'hold' | 'writeHeld' | 'fsyncHeld' }>,
  held: Held,
): void {
  switch (each.call) {
    case 'hold':
      // Files are held for writing; directories can't be.
      held.fd = core.open(each.path, core.stat(each.path).isDirectory() ? 0 : O_RDWR);
      return;
    case 'fsyncHeld':
      if (held.fd !== undefined) core.fsync(held.fd);
      return;
    case 'writeHeld':
      if (held.fd !== undefined) writePiece(core, held.fd, each.data);
      return;
    case 'write':
      return withFile(core, each.path, each.flags, (fd) => writePiece(core, fd, each.data));
    case 'fsync':
    case 'fdatasync':
      return withFile(core, each.path, 0, (fd) =>
        each.call === 'fsync' ? core.fsync(fd) : core.fdatasync(fd),
      );
  }
}

function withFile(core: Core, path: string, flags: number, body: (fd: number) => void): void {
  const fd = core.open(path, flags);
  try {
    body(fd);
  } finally {
    core.close(fd);
  }
}

function writePiece(core: Core, fd: number, { byte, offset, length }: Piece): void {
  core.write(fd, new Uint8Array(length).fill(byte), 0, length, offset);
}
