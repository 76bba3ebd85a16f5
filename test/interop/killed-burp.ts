import { readdir, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { toVersion } from './client-files.ts';
import { RealBurp } from './real-burp.ts';
import { type Snapshot, snapshot } from './snapshot.ts';

/** Calls that change the disk. A name is there or not; data that were written may be there in part. */
export const CALLS = [
  'mkdir',
  'rmdir',
  'unlink',
  'rename',
  'link',
  'symlink',
  'ftruncate',
  'fsync',
  'sync',
  'write',
  'openat',
] as const;
export type Call = (typeof CALLS)[number];

/** The number of the backup that is killed. */
const KILLED = 3;

/** A real Burp that made two backups, whose third can be killed again and again. */
export class KilledBurp {
  readonly burp: RealBurp;
  /** What the client had when each backup was made; the last one as it still is. */
  readonly wanted: ReadonlyMap<number, Snapshot>;
  private readonly base: string;

  private constructor(burp: RealBurp, wanted: ReadonlyMap<number, Snapshot>, base: string) {
    this.burp = burp;
    this.wanted = wanted;
    this.base = base;
  }

  static async prepare(place: string): Promise<KilledBurp> {
    const burp = await RealBurp.prepare(place);
    const wanted = new Map<number, Snapshot>();
    for (let version = 1; version <= KILLED; version++) {
      await toVersion(burp.files, version);
      wanted.set(version, await snapshot(burp.files));
      if (version === KILLED) break;
      const { exitCode, output } = await burp.backUp();
      if (exitCode !== 0) throw new Error(`backup ${version} failed: ${output}`);
    }
    const base = join(place, 'base');
    await copy(burp.store, base);
    return new KilledBurp(burp, wanted, base);
  }

  /** The store as it was before the third backup. */
  async reset(): Promise<void> {
    await rm(this.burp.store, { recursive: true });
    await copy(this.base, this.burp.store);
  }

  /**
   * Kills the third backup before the n-th call of a kind. strace counts in each process by itself, so the server's
   * child is killed, and the server goes on. False if the backup came to its end before.
   */
  async killBefore(call: Call, n: number): Promise<boolean> {
    await this.reset();
    const inject = ['-e', `trace=${call}`, '-e', `inject=${call}:signal=KILL:when=${n}`];
    await this.burp.backUp(['strace', '-f', '-qq', '-o', '/dev/null', ...inject]);
    const names = await this.names();
    return names.includes('working') || names.includes('finishing') || !(await this.isThird('current'));
  }

  /** The names in the client's directory. */
  names(): Promise<string[]> {
    return readdir(this.burp.root);
  }

  /** Whether everything had come from the client: its scan is gone, and what is made of it is there. */
  async wasReceived(): Promise<boolean> {
    if ((await this.isThird('finishing')) || (await this.isThird('current'))) return true;
    if (!(await this.isThird('working'))) return false;
    const names: string[] = await readdir(join(this.burp.root, 'working')).catch(() => []);
    if (names.includes('phase1.gz') || names.includes('phase1.gz.tmp')) return false;
    return names.includes('manifest.gz') || (names.includes('changed') && names.includes('unchanged'));
  }

  private async isThird(link: string): Promise<boolean> {
    return (await readlink(join(this.burp.root, link)).catch(() => '')).startsWith('0000003 ');
  }
}

/** By coreutils, since not all names are UTF-8, which Node's own can't do. */
async function copy(from: string, to: string): Promise<void> {
  await execa('cp', ['-a', from, to]);
}
