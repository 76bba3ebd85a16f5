import { mkdtemp, readdir, readlink, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toVersion } from './client-files.ts';
import { backUpWith, jiggleOn, wrongInStore } from './jiggle-on.ts';
import { RealBurp } from './real-burp.ts';
import { type Snapshot, snapshot } from './snapshot.ts';
import { titled, whyNoBurp, whyNoStrace } from './tools.ts';

const reason = whyNoBurp() ?? whyNoStrace();

/**
 * Calls that are counted. strace counts in each process by itself, so a server's child is killed before its N-th such
 * call, and the server goes on. Data that were written are there or not, whole or in part, before any of the others.
 */
const NAMES = 'mkdir,rmdir,unlink,rename,symlink,link,ftruncate,truncate,chmod,fsync,sync';
const WRITES = 'write,openat';

/** `JIGGLE_LONG=1` kills before each call, which takes an hour; else some are taken. */
const isLong = Boolean(process.env['JIGGLE_LONG']);

/** By coreutils, since not all names are UTF-8, which Node's own can't do. */
async function copy(from: string, to: string): Promise<void> {
  await execa('cp', ['-a', from, to]);
}

const sweeps = [
  { recovery: 'delete', calls: NAMES, first: 4, step: 9 },
  { recovery: 'resume', calls: NAMES, first: 9, step: 9 },
  { recovery: 'resume', calls: WRITES, first: 100, step: 60 },
] as const;

describe.skipIf(reason)(titled('an incremental backup of the real Burp, killed', reason), () => {
  let place: string;
  let base: string;
  let burp: RealBurp;
  const wanted = new Map<number, Snapshot>();

  beforeAll(async () => {
    place = await realpath(await mkdtemp(join(tmpdir(), 'interop-')));
    base = join(place, 'base');
    burp = await RealBurp.prepare(place);
    for (const version of [1, 2, 3]) {
      await toVersion(burp.files, version);
      wanted.set(version, await snapshot(burp.files));
      // Backup 3 and, after it, jiggle's next one find the same files.
      if (version < 3) expect((await burp.backUp()).exitCode).toBe(0);
    }
    wanted.set(4, wanted.get(3)!);
    await copy(burp.store, base);
  });
  afterAll(() => rm(place, { recursive: true, force: true }));

  /** Kills the third backup before a call. False if it came to its end before. */
  async function killBefore(calls: string, call: number): Promise<boolean> {
    await rm(burp.store, { recursive: true });
    await copy(base, burp.store);
    const inject = ['-e', `trace=${calls}`, '-e', `inject=${calls}:signal=KILL:when=${call}`];
    await burp.backUp(['strace', '-f', '-qq', '-o', '/dev/null', ...inject]);
    const names = await readdir(burp.root);
    return names.includes('working') || names.includes('finishing') || !(await isThird('current'));
  }

  async function isThird(link: string): Promise<boolean> {
    return (await readlink(join(burp.root, link)).catch(() => '')).startsWith('0000003 ');
  }

  /** Whether everything had come from the client: its scan is gone, and what is made of it is there. */
  async function wasReceived(): Promise<boolean> {
    if ((await isThird('finishing')) || (await isThird('current'))) return true;
    if (!(await isThird('working'))) return false;
    const names: string[] = await readdir(join(burp.root, 'working')).catch(() => []);
    if (names.includes('phase1.gz') || names.includes('phase1.gz.tmp')) return false;
    return names.includes('manifest.gz') || (names.includes('changed') && names.includes('unchanged'));
  }

  it.each(sweeps)(
    'comes back under jiggle from every one of these moments, and loses nothing ($recovery, $calls)',
    { timeout: 7_200_000 },
    async ({ recovery, calls, first, step }) => {
      await burp.configure({ server: { working_dir_recovery_method: recovery } });
      const seen = { received: 0, partial: 0 };
      for (let call = isLong ? 1 : first; ; call += isLong ? 1 : step) {
        const killed = await killBefore(calls, call);
        const received = await wasReceived();
        const before = `killed before call ${call}`;
        const { store, warnings } = await jiggleOn(burp, { recovery });
        await store.recover();
        const numbers = (await store.list()).map(({ number }) => number);
        expect(numbers, before).toEqual(received ? [1, 2, 3] : [1, 2]);
        expect(await wrongInStore(store, burp, wanted), before).toEqual([]);
        const { number } = await backUpWith(store, burp);
        wanted.set(number, wanted.get(3)!);
        expect(await wrongInStore(store, burp, wanted), before).toEqual([]);
        expect(warnings, before).toEqual([]);
        expect(await store.unfinished(), before).toEqual([]);
        if (killed) seen[received ? 'received' : 'partial']++;
        else break;
      }
      expect(seen.received).toBeGreaterThan(0);
      expect(seen.partial).toBeGreaterThan(0);
    },
  );
});
