import { readSync, writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { DriveFolder } from './drive-folder.ts';
import * as fuse from './fuse.ts';

/** What the thread is started with: descriptors of /dev/fuse and of the file with the first content, and its size. */
export interface DriveData {
  readonly device: number;
  readonly first: number;
  readonly size: number;
}

/**
 * A thread that serves a folder of drives to the kernel, one request after another, until the folder is unmounted. It
 * waits in a read of the device, so it hears of nothing else: all that it can be asked is asked by names of files.
 */
const { device, first, size } = workerData as DriveData;
const folder = new DriveFolder(size, (page, offset) => void readSync(first, page, 0, page.length, offset));
const buffer = Buffer.alloc(fuse.WRITE_MAX + 64 * 1024);
parentPort!.postMessage('serving');

for (;;) {
  let length: number;
  try {
    length = readSync(device, buffer);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENODEV') break;
    if (code === 'EINTR' || code === 'ENOENT' || code === 'EAGAIN') continue;
    throw error;
  }
  const request = fuse.parseRequest(buffer.subarray(0, length));
  const said = reply(request);
  if (said !== undefined) tell(said);
}

function tell(said: Buffer): void {
  try {
    writeSync(device, said);
  } catch (error) {
    // Whoever asked has been interrupted, and waits no longer.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function reply({ opcode, unique, node, body }: fuse.Request): Buffer | undefined {
  const ok = (data?: Buffer): Buffer => fuse.answer(unique, 0, data);
  switch (opcode) {
    case fuse.OP.init:
      return ok(fuse.initOut());
    case fuse.OP.lookup: {
      const found = node === fuse.ROOT ? folder.lookUp(fuse.nameIn(body)) : undefined;
      return found ? ok(fuse.entryOut(found)) : fuse.answer(unique, fuse.ENOENT);
    }
    case fuse.OP.getattr:
      return ok(fuse.attributesOut(folder.attributes(node)));
    case fuse.OP.unlink:
      folder.unlink(fuse.nameIn(body));
      return ok();
    case fuse.OP.open:
      return ok(fuse.openOut());
    case fuse.OP.read:
    case fuse.OP.write:
      return fuse.answer(unique, ...moved(opcode, node, body));
    case fuse.OP.statfs:
      return ok(fuse.statfsOut());
    case fuse.OP.fsync:
      folder.node(node)?.flush?.();
      return ok();
    case fuse.OP.release:
    case fuse.OP.flush:
    case fuse.OP.destroy:
      return ok();
    case fuse.OP.forget:
    case fuse.OP.batchForget:
    case fuse.OP.interrupt:
      return undefined;
    default:
      return fuse.answer(unique, fuse.ENOSYS);
  }
}

/** A read or a write: errno, and what is told. */
function moved(opcode: number, number: number, body: Buffer): [error: number, data?: Buffer] {
  const node = folder.node(number);
  const range = fuse.rangeIn(body);
  if (opcode === fuse.OP.read) return node ? [0, node.read(range.offset, range.size)] : [fuse.EIO];
  if (!node?.write) return [fuse.EIO];
  node.write(range.offset, fuse.dataIn(body));
  return [0, fuse.writeOut(range.size)];
}
