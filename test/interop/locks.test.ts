import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PidFile } from '../../src/daemon/pid-file.ts';
import { isFileLocked } from '../../src/host/file-locks.ts';
import { systemHost } from '../../src/host/system.ts';
import { backUpWith, jiggleOn } from './jiggle-on.ts';
import { RealBurp } from './real-burp.ts';
import { titled, whyNoBurp } from './tools.ts';

const reason = whyNoBurp() ?? (process.platform === 'linux' ? undefined : 'only Linux lists locks');

describe.skipIf(reason)(titled('while the real Burp is at work on a client', reason), () => {
  let place: string;
  beforeEach(async () => {
    place = await realpath(await mkdtemp(join(tmpdir(), 'interop-')));
  });
  afterEach(() => rm(place, { recursive: true, force: true }));

  it('jiggle changes nothing there and takes no pidfile over, and then it goes on', async () => {
    // Megabits per second: slow enough that the backup can be caught.
    const burp = await RealBurp.prepare(place, { client: { ratelimit: '4' } });
    await writeFile(join(burp.files, 'random'), randomBytes(1_000_000));
    const running = burp.backUp();
    const lock = join(burp.root, 'lockfile');
    await expect.poll(() => isFileLocked(lock), { interval: 20, timeout: 30_000 }).toBe(true);
    const { store, warnings } = await jiggleOn(burp);
    const held = { code: 'EBUSY', message: expect.stringContaining(`it holds ${lock}`) };
    await expect(store.recover()).rejects.toMatchObject(held);
    await expect(backUpWith(store, burp)).rejects.toMatchObject(held);
    const pidfile = join(place, 'run/server.pid');
    const before = await readFile(pidfile, 'utf8');
    await expect(PidFile.take(pidfile, systemHost)).rejects.toThrow('a Burp server runs with the pidfile');
    expect(await readFile(pidfile, 'utf8')).toBe(before);
    const { exitCode, output } = await running;
    expect(exitCode, output).toBe(0);
    await backUpWith(store, burp);
    expect((await store.list()).map(({ number }) => number)).toEqual([1, 2]);
    expect(warnings).toEqual([]);
  });
});
