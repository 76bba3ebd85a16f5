import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Frame } from './frame.ts';
import { linesOf } from './testing/frames.ts';
import { type Played, play, same } from './testing/play.ts';
import { readTranscripts } from './testing/transcript.ts';
import { World } from './testing/world.ts';

/** Burp's counters, but for the times. */
function countersIn(frames: readonly Frame[]): readonly unknown[] {
  const json = frames.find(({ payload }) => payload[0] === '{'.charCodeAt(0))!.payload.toString();
  const [{ children }] = (JSON.parse(json) as { clients: [{ children: [{ counters: { name: string }[] }] }] })
    .clients;
  return children[0].counters.filter(({ name }) => !name.startsWith('time_'));
}

describe('the recorded conversations about one client', () => {
  let world: World;
  const backups: Played[] = [];
  beforeAll(async () => {
    world = await World.make();
    world.clients.set('tc', {});
    backups.push(
      await play(world, '03-full-backup', 'tc', '2026-11-23T03:24:47Z'),
      await play(world, '06-unchanged-backup', 'tc', '2026-11-23T03:25:23Z'),
      await play(world, '05-incremental-backup', 'tc', '2026-11-23T03:25:25Z'),
    );
  });
  afterAll(() => world.remove());

  it.each([
    ['a first backup', 0],
    ['one without changes', 1],
    ['an incremental one, with the same signatures', 2],
  ])('%s: the server says what Burp says', (_, number) => {
    const { said, recorded, outcome } = backups[number]!;
    expect(said).toEqual(recorded);
    expect(outcome).toMatchObject({
      client: 'tc',
      action: 'backupphase1',
      result: 'done',
      reason: undefined,
    });
  });

  it.each([
    '07a-list',
    '07b-list-b1',
    '07g-list-regex',
    '07h-list-b99',
    '07i-list-ball',
    '07j-list-browse-nodir',
    '07k-list-bcurrent',
    '08c-diff-missing',
    '08d-diff-one',
    '09a-verify-b3',
    '09b-verify-b1-through-deltas',
    '09e-Verify-list-from-stdin',
    '10a-restore-all-b3',
    '10c-restore-regex-force',
    '10d-restore-b1-through-deltas',
    '10f-restore-b99',
    '10g-restore-badregex',
    '10h-Restore-list-from-stdin',
    '10i-restore-no-b',
    '10j-restore-ball',
    '11b-delete-not-deletable',
    '11c-delete-not-found',
    '04a-timer-check',
    '04b-timed-backup-not-due',
  ])('%s: the server says what Burp says', async (name) => {
    await same(world, name, 'tc');
  });

  it.each([
    '09a-verify-b3',
    '09b-verify-b1-through-deltas',
    '09e-Verify-list-from-stdin',
    '10c-restore-regex-force',
    '10i-restore-no-b',
  ])('%s: the client is told to expect what Burp tells it to', async (name) => {
    const { frames } = await play(world, name, 'tc');
    const recorded = readTranscripts(name)[0]!.server;
    expect(countersIn(frames)).toEqual(countersIn(recorded));
    expect(countersIn(frames).length).toBeGreaterThan(2);
  });

  it('a directory is shown by its own names, without what Burp sends after them', async () => {
    const { said } = await play(world, '07e-list-browse-dir', 'tc');
    expect(said.slice(-6).filter((line) => !line.startsWith('r:'))).toEqual(['d:.', 'f:a', 'd:b']);
    const root = await play(world, '07f-list-browse-root', 'tc');
    expect(root.said.at(-1)).toBe('d:/');
  });

  it('a diff says what Burp says, but for metadata, which the client can not list', async () => {
    const { said, recorded } = await play(world, '08a-diff-1-3', 'tc');
    const listable = recorded.filter(
      (_, at) => ![recorded[at], recorded[at + 1]].some((line) => line?.startsWith('m:')),
    );
    expect(said).toEqual(listable);
    expect(listable.length).toBe(recorded.length - 4);
  });

  it.each(['10b-restore-again-path-exists', '10e-restore-strip'])(
    '%s: files that the client does not want end early, and nothing else changes',
    async (name) => {
      const { said, recorded, outcome } = await play(world, name, 'tc');
      const withoutData = (lines: readonly string[]) => lines.filter((line) => !line.startsWith('#:'));
      expect(withoutData(said)).toEqual(withoutData(recorded));
      expect(outcome.result).toBe('done');
    },
  );

  it('a delete says what Burp says, and then the backup is gone', async () => {
    await same(world, '11a-delete-b1', 'tc');
    await same(world, '11d-list-after-delete', 'tc');
  });
});

describe('the recorded conversations about other clients', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.make();
  });
  afterEach(() => world.remove());

  it('without compression: a first backup, deltas, a restore', async () => {
    world.clients.set('tcz', { settings: { compression: 0 } });
    await same(world, '12a-compression0-full', 'tcz', '2026-11-23T03:40:00Z');
    await same(world, '12b-compression0-incremental-delta', 'tcz');
    await same(world, '12c-compression0-restore', 'tcz');
  });

  it('with encryption: a first backup, a changed file, restore, list and verify', async () => {
    world.clients.set('tce', {});
    await same(world, '20a-encrypted-full', 'tce', '2026-11-23T03:40:00Z');
    await same(world, '20b-encrypted-changed', 'tce');
    await same(world, '20c-encrypted-restore', 'tce');
    await same(world, '20e-encrypted-verify', 'tce');
  });

  it('quotas', async () => {
    world.clients.set('tcz', { settings: { compression: 0 } });
    await same(world, '12a-compression0-full', 'tcz');
    await same(world, '12b-compression0-incremental-delta', 'tcz');
    world.clients.set('tcz', { settings: { compression: 0 }, hardQuota: 100 });
    const { outcome } = await same(world, '17a-hard-quota', 'tcz');
    expect(outcome).toMatchObject({ result: 'refused', reason: 'Hard quota exceeded' });
    world.clients.set('tcz', { settings: { compression: 0 }, softQuota: 100 });
    await same(world, '17b-soft-quota', 'tcz');
  });

  it('files that vanish before they are read, whole or as a delta, are left out and named', async () => {
    world.clients.set('tcv', {});
    await same(world, '18a-file-vanished-new', 'tcv');
    expect(world.warnings).toEqual([
      '/srv/wire-lab/d_tcv/a.txt is not in the backup: Path has vanished: f:0019:/srv/wire-lab/d_tcv/a.txt',
    ]);
    world.warnings.length = 0;
    await same(world, '18b-file-vanished-delta', 'tcv');
    expect(world.warnings).toEqual([expect.stringContaining('d_tcv/z.txt is not in the backup')]);
  });

  it('files and directories that the client may not read, and fifos that it reads', async () => {
    world.clients.set('tcn', {});
    await same(world, '18c-unreadable-file-as-nobody', 'tcn');
    expect(world.warnings).toEqual([
      expect.stringContaining('Could not open'),
      expect.stringContaining('Could not open'),
    ]);
    world.clients.set('tcf', {});
    await same(world, '18d-read-fifo-as-file', 'tcf');
  });

  it('includes from the server', async () => {
    const [transcript] = readTranscripts('22a-sincexc-server-includes');
    const lines = linesOf(transcript!.server);
    const from = lines.findIndex((line) => line.startsWith('c:include = '));
    const includes = lines.slice(from, lines.indexOf('c:sincexc end')).map((line) => line.slice(2));
    world.clients.set('tci', { includes });
    await same(world, '22a-sincexc-server-includes', 'tci');
  });

  it.each(['21a-client-version-2.9.9', '21b-client-version-1.3.1', '21c-client-version-2.0.4'])(
    '%s',
    async (name) => {
      world.clients.set('tcr', {});
      const { said, recorded } = await play(world, name, 'tcr');
      const head = (lines: readonly string[]) =>
        lines.filter((line) => !line.startsWith('b:') && line !== 'p:no backups');
      expect(head(said)).toEqual(head(recorded));
    },
  );
});

describe('the recorded conversations of a client that is killed', () => {
  it('are gone on with where they broke off', async () => {
    const world = await World.make();
    try {
      // Each entry's arrival is written down at once, as it was by the recorded server.
      world.clients.set('tcr', { settings: { recovery: 'resume', entriesPerSync: 1 } });
      const killed = await play(world, '13a-killed-in-phase2', 'tcr', '2026-11-23T03:28:56Z');
      expect(killed.outcome).toMatchObject({
        result: 'failed',
        reason: expect.stringContaining('closed the connection'),
      });
      await same(world, '13b-list-while-working-exists', 'tcr');
      await same(world, '13c-resume', 'tcr');
      await play(world, '13d-incremental-killed', 'tcr', '2026-11-23T03:29:56Z');
      await same(world, '13e-incremental-resume', 'tcr');
      await play(world, '13f-killed-in-phase1', 'tcr', '2026-11-23T03:30:56Z');
      await same(world, '13g-after-killed-in-phase1', 'tcr');
    } finally {
      await world.remove();
    }
  });
});
