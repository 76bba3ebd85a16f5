import { createHash } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { type Server, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../ports/clock.ts';
import type { Host, Lock } from '../ports/host.ts';
import { isFileLocked } from './file-locks.ts';

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  zone: (milliseconds) => -new Date(milliseconds).getTimezoneOffset(),
};

/**
 * Locks that the kernel holds for us: a socket's address can be taken once, and is free again when its process ends,
 * however it ends. On Linux the address is an abstract one, so nothing is left on any disk. It is known to all
 * processes that share a network; those of different containers or machines must not write to one store.
 */
export const systemHost: Host = {
  async lock(name) {
    const server = createServer((socket) => socket.destroy());
    const address = addressOf(name);
    const isOurs =
      (await listen(server, address)) || ((await removeStale(address)) && (await listen(server, address)));
    if (!isOurs) return undefined;
    // A lock alone must not keep the process alive.
    server.unref();
    return lockOf(server);
  },
  isFileLocked,
};

function addressOf(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 32);
  if (process.platform === 'win32') return `\\\\.\\pipe\\jiggle-${hash}`;
  return process.platform === 'linux' ? `\0jiggle-${hash}` : join(tmpdir(), `jiggle-${hash}`);
}

/** Only where addresses are files can a dead holder's still be there: nobody answers at it. */
async function removeStale(address: string): Promise<boolean> {
  if (process.platform === 'linux' || process.platform === 'win32') return false;
  const isAnswered = await new Promise<boolean>((resolve) => {
    const socket = connect(address, () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
  if (!isAnswered) await unlink(address);
  return !isAnswered;
}

function listen(server: Server, address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    });
    server.listen(address, () => resolve(true));
  });
}

function lockOf(server: Server): Lock {
  return {
    release: () =>
      new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))),
  };
}
