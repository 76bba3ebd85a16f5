import type { WriteFileOptions } from '../core/composites.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from '../core/constants.ts';
import type { Core } from '../core/core.ts';
import { constants } from 'node:fs';
import type { Turns } from './turns.ts';

/** The disk, and when calls to it take effect. */
export interface Calls {
  readonly core: Core;
  readonly turns: Turns;
}

/** How much Node hands to the kernel at once when it writes a whole file, in bytes. */
const WRITE_CHUNK_SIZE = 512 * 1024;

/*
 * What Node does in several calls takes several turns here: two programs that write one file at once mix. Where
 * nothing else is under way, nobody can come between, and all turns are taken as one.
 */

/** Open, write, fsync if asked, close; or without the first and the last if there is a descriptor. */
export async function writeFile(
  { core, turns }: Calls,
  file: string | number,
  data: Uint8Array,
  options: WriteFileOptions,
): Promise<void> {
  const flags = options.flags ?? O_WRONLY | O_CREAT | O_TRUNC;
  const fd = await turns.take(aboutFile('writeFile', file), () => {
    if (turns.alone) {
      core.writeFile(file, data, options);
      return undefined;
    }
    return typeof file === 'number' ? file : core.open(file, flags, options.mode ?? 0o666);
  });
  if (fd === undefined) return;
  await closing({ core, turns }, file, fd, async () => {
    for (let at = 0; at < data.length; at += WRITE_CHUNK_SIZE) {
      const length = Math.min(WRITE_CHUNK_SIZE, data.length - at);
      await turns.take({ call: 'write', fd }, () => core.write(fd, data, at, length, null));
    }
    if (options.flush === true) await turns.take({ call: 'sync', fd }, () => core.fsync(fd));
  });
}

/** The whole of a file: from the start, or from where a descriptor stands. */
export async function readFile({ core, turns }: Calls, file: string | number, flags = 0): Promise<Buffer> {
  const opened = await turns.take(aboutFile('readFile', file), () => {
    if (turns.alone) return core.readFile(file, flags);
    return typeof file === 'number' ? file : core.open(file, flags, 0o666);
  });
  if (typeof opened !== 'number') return opened;
  return await closing({ core, turns }, file, opened, async () => {
    const { size } = await turns.take({ call: 'stat', fd: opened }, () => core.fstat(opened));
    const buffer = Buffer.allocUnsafe(size);
    const length = await turns.take({ call: 'read', fd: opened }, () =>
      core.read(opened, buffer, 0, size, null),
    );
    return length === size ? buffer : buffer.subarray(0, length);
  });
}

/** As Node has it: open for writing, ftruncate, close. */
export async function truncate({ core, turns }: Calls, path: string, size: number): Promise<void> {
  const fd = await turns.take(aboutFile('truncate', path), () => {
    if (turns.alone) {
      core.truncate(path, size);
      return undefined;
    }
    return core.open(path, constants.O_RDWR, 0o666);
  });
  if (fd === undefined) return;
  const cut = async (): Promise<void> =>
    await turns.take({ call: 'truncate', fd }, () => core.ftruncate(fd, size));
  await closing({ core, turns }, path, fd, cut);
}

/** Does something with a descriptor and closes it, unless it is the caller's own. After a power cut it never ends. */
async function closing<T>(
  { core, turns }: Calls,
  file: string | number,
  fd: number,
  calls: () => Promise<T>,
): Promise<T> {
  try {
    return await calls();
  } finally {
    if (typeof file !== 'number') await turns.take({ call: 'close', fd }, () => core.close(fd));
  }
}

function aboutFile(call: string, file: string | number): { call: string; path?: string; fd?: number } {
  return typeof file === 'number' ? { call, fd: file } : { call, path: file };
}
