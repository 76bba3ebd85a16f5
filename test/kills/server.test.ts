import { readdir } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { type ServerBackup, serverBackup } from './server-backup.ts';
import { expectEachSeen, expectLaterKillSeen, expectUncut, killAfter, sweep } from './sweep.ts';
import { DrivenClient } from './wire-client.ts';

const MINUTE = 60_000;
/** How many kills there are of a server that resumes, unless `JIGGLE_LONG=1` asks for all. */
const RESUMED = 6;

let server: ServerBackup;

beforeAll(async () => {
  server = await serverBackup((place, source) => new DrivenClient(place, source));
}, 2 * MINUTE);

afterEach(() => void vi.restoreAllMocks());
afterAll(async () => await server.remove());

it('an uncut backup over TLS does the simulated operations, and leaves the simulated disk', () =>
  expectUncut(server.backup));

it(
  'a server killed after any operation leaves the simulated disk, and the next connection comes back from it',
  async () => {
    await sweep(server.backup, 'test/kills/server');
    expect(await readdir(server.temporary)).toEqual([]);
  },
  15 * MINUTE,
);

it(
  'a server that is to go on with a backup that was cut short does so, and the rest is the same',
  async () => {
    const resuming = await serverBackup((place, source) => new DrivenClient(place, source), 'resume');
    try {
      const number = process.env['JIGGLE_LONG'] ? 'all' : RESUMED;
      await killAfter(resuming.backup, 'test/kills/server', number);
    } finally {
      await resuming.remove();
    }
  },
  15 * MINUTE,
);

it('the simulated disk changes with every operation but a sync, so that a kill at another one is noticed', () =>
  expectEachSeen(server.backup));

it('a kill one operation later than simulated is noticed', () => expectLaterKillSeen(server.backup));

it('a client that is told too early is noticed, the moment before it may be told, and not the moment after', async () => {
  const { backup, way } = server;
  const { ops } = backup.simulation;
  const received = ops.findIndex((line) => line.endsWith('/working -> /store/c1/finishing')) + 1;
  const honest = way.backUp.bind(way);
  vi.spyOn(way, 'backUp').mockImplementation(async (...args) => ({ ...(await honest(...args)), told: true }));
  expect(ops[received]).toBe('fsync /store/c1');
  expect(await backup.problemsAfter(received)).toEqual([
    'the client was told of a backup that could still be lost',
  ]);
  expect(await backup.problemsAfter(received + 1)).toEqual([]);
});

it('a backup that its client is not shown is noticed', async () => {
  vi.spyOn(DrivenClient.prototype, 'list').mockResolvedValue(['0000002 some time']);
  const { backup } = server;
  expect(await backup.problemsAfter(backup.start + 1, 'in processes')).toEqual([
    expect.stringMatching(/^after the next backup: the client is shown \[0000002 some time\], stored are \[/),
  ]);
});
