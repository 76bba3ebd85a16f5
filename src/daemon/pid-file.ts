import { unlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { Host, Lock } from '../ports/host.ts';
import { StoreError, codeOf, reasonOf } from '../storage/errors.ts';

/** The file with the server's process id, for scripts. That no second server runs is held by a lock of the kernel. */
export class PidFile {
  private readonly path: string;
  private readonly lock: Lock;

  private constructor(path: string, lock: Lock) {
    this.path = path;
    this.lock = lock;
  }

  /** Throws StoreError if another server has it, or it can't be written. */
  static async take(path: string, host: Host): Promise<PidFile> {
    const lock = await host.lock(`pidfile:${path}`);
    if (!lock) throw new StoreError('EBUSY', `another server runs with the pidfile ${path}`);
    try {
      // Burp's server locks the file itself. It must not be written over, nor removed when we can't start.
      if (await host.isFileLocked?.(path))
        throw new StoreError('EBUSY', `a Burp server runs with the pidfile ${path}`);
      await writeFile(path, `${process.pid}\n`);
    } catch (error) {
      await lock.release();
      if (error instanceof StoreError) throw error;
      throw new StoreError(
        codeOf(error) ?? 'EIO',
        `the pidfile ${path} can't be written: ${reasonOf(error)}`,
      );
    }
    return new PidFile(path, lock);
  }

  /** At the end of the process, which gives the lock back. A server that may not remove it leaves it. */
  remove(): void {
    try {
      unlinkSync(this.path);
    } catch {
      // Its directory may be root's, and the server somebody else by now. A file that is left does no harm.
    }
    void this.lock.release().catch(() => undefined);
  }
}
