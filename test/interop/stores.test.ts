import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toVersion } from './client-files.ts';
import { backUpWith, jiggleOn, wrongForBurp, wrongInStore } from './jiggle-on.ts';
import { CLIENT, RealBurp } from './real-burp.ts';
import { type Snapshot, snapshot } from './snapshot.ts';
import { titled, whyNoBurp } from './tools.ts';

const reason = whyNoBurp();

describe.skipIf(reason)(titled('one store, kept by jiggle and by the real Burp in turn', reason), () => {
  let place: string;
  let wanted: Map<number, Snapshot>;
  beforeEach(async () => {
    place = await realpath(await mkdtemp(join(tmpdir(), 'interop-')));
    wanted = new Map();
  });
  afterEach(() => rm(place, { recursive: true, force: true }));

  async function next(burp: RealBurp): Promise<number> {
    const version = wanted.size + 1;
    await toVersion(burp.files, version);
    wanted.set(version, await snapshot(burp.files));
    return version;
  }

  /** What the real status server shows of a backup's counters. */
  async function countersShown(burp: RealBurp, number: number): Promise<unknown> {
    const answer = await burp.monitor(`c:${CLIENT}:b:${number}:l:backup_stats`);
    const { clients } = JSON.parse(answer) as {
      clients: { backups: { logs: { list: string[]; backup_stats: string[] } }[] }[];
    };
    const { list, backup_stats: lines } = clients[0]!.backups[0]!.logs;
    expect(list).toEqual(expect.arrayContaining(['backup', 'backup_stats']));
    return (JSON.parse(lines.join('\n')) as { counters: unknown }).counters;
  }

  async function burpBacksUp(burp: RealBurp): Promise<void> {
    await next(burp);
    const { exitCode, output } = await burp.backUp();
    expect(exitCode, output).toBe(0);
  }

  it('has names in one timestamp_format, whoever makes the backup, and both take each other for newest', async () => {
    const format = '%A %e %B %Y, %H.%M (%j)';
    const burp = await RealBurp.prepare(place, { server: { timestamp_format: format } });
    const { store, warnings } = await jiggleOn(burp, { timestampFormat: format });
    for (const by of ['Burp', 'jiggle', 'Burp', 'jiggle']) {
      if (by === 'Burp') await burpBacksUp(burp);
      else {
        await next(burp);
        await backUpWith(store, burp);
      }
    }
    const names = (await store.list()).map(({ name }) => name);
    for (const name of names)
      expect(name).toMatch(/^000000\d [A-Z][a-z]+day [ \d]\d [A-Z][a-z]+ \d{4}, \d\d\.\d\d \(\d{3}\)$/);
    const lines = (await store.backups()).map(({ line }) => line);
    for (const line of lines) expect((await burp.run(['-a', 'l'])).output).toContain(`Backup: ${line}`);
    expect(await wrongInStore(store, burp, wanted)).toEqual([]);
    expect(await wrongForBurp(burp, wanted)).toEqual([]);
    expect(warnings).toEqual([]);
  });

  it.each([{ hardlinkedArchive: false }, { hardlinkedArchive: true }])(
    'restores and verifies byte for byte with both, whoever made which backup (%j)',
    async ({ hardlinkedArchive }) => {
      const burp = await RealBurp.prepare(place, {
        server: { hardlinked_archive: hardlinkedArchive ? '1' : '0' },
      });
      const { store, warnings } = await jiggleOn(burp, { hardlinkedArchive });
      await burpBacksUp(burp);
      await next(burp);
      await backUpWith(store, burp);
      await burpBacksUp(burp);
      await next(burp);
      const { counts } = await backUpWith(store, burp);
      // What has not changed since Burp's backup is not asked for again, and what has comes as deltas.
      expect(counts.kept).toBeGreaterThanOrEqual(4);
      expect(counts.delta).toBeGreaterThanOrEqual(2);
      expect(await burp.list()).toEqual([1, 2, 3, 4]);
      expect(await wrongInStore(store, burp, wanted)).toEqual([]);
      expect(await wrongForBurp(burp, wanted)).toEqual([]);
      // What Burp itself counts of such a change.
      const files = { type: 'f', count: 1, changed: 4, same: 5, deleted: 1, scanned: 10 };
      expect(await countersShown(burp, 4)).toContainEqual({ name: 'files', ...files });
      expect(warnings).toEqual([]);
    },
  );
});
