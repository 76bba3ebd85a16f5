import * as nodeFs from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { end, hello, said, stat } from './testing/sayings.ts';
import { World, trusted } from './testing/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.make();
  world.clients.set('tc', { settings: { compression: 0, recovery: 'resume' }, softQuota: 2 });
});
afterEach(() => world.remove());

const WARNED = 'w:Path has vanished: f:0006:/gone\n';

function act(...sayings: readonly string[]) {
  return world.serve(said(...hello('tc'), ...sayings), trusted('tc'));
}

function current(name: string): string {
  return `${world.directory}/tc/current/${name}`;
}

async function lines(name: string): Promise<string[]> {
  return gunzipSync(await nodeFs.readFile(current(name)))
    .toString()
    .split('\n');
}

interface Counter {
  readonly name: string;
  readonly count: number;
  readonly scanned?: number;
}

async function counters(name: string): Promise<Map<string, Counter>> {
  const stats = JSON.parse(await nodeFs.readFile(current(name), 'utf8')) as { counters: readonly Counter[] };
  return new Map(stats.counters.map((one) => [one.name, one]));
}

const scan = ['w:no such directory\n', stat({ size: 4 }), 'f:/a', stat({}), 'f:/gone', 'c:backupphase2'];
const file = ['w:/a changed\n', stat({ size: 4 }), 'f:/a', 'a:data', end('data')];
const gone = [WARNED, 'i:/gone'];

describe('the log of a backup', () => {
  it('has what the client and the server had to say, with times, and the counters at its end', async () => {
    world.now = Date.UTC(2026, 10, 25, 7, 20, 51);
    await act('c:backupphase1', ...scan, ...file, ...gone, 'c:okbackupphase2end');
    const log = await lines('log.gz');
    const warnings = log.filter((line) => line.includes('WARNING'));
    expect(warnings).toEqual(
      [
        'no such directory',
        'Soft quota exceeded: 4 bytes, and 2 are allowed',
        '/a changed',
        '/gone is not in the backup: Path has vanished: f:0006:/gone',
      ].map((text) => `2026-11-25 07:20:51 +0000: WARNING: ${text}`),
    );
    expect(log).toContain('             Files:        1         0         0         0         1 |        2');
    expect(log).toContain('             Warnings:             4');
    expect(log.at(-2)).toBe('2026-11-25 07:20:51 +0000: Backup completed.');
    const stats = await counters('backup_stats');
    expect(stats.get('files')).toMatchObject({ count: 1, changed: 0, same: 0, deleted: 0, scanned: 2 });
    expect(stats.get('warnings')!.count).toBe(4);
    expect(stats.get('bytes')!.count).toBe(4);
    expect(stats.get('time_end')!.count).toBe(world.now / 1000);
  });

  it('has the warnings of the attempts that were cut short, if one is gone on with', async () => {
    await act('c:backupphase1', ...scan, ...file);
    await act('c:backupphase1', ...gone, 'c:okbackupphase2end');
    const log = (await lines('log.gz')).map((line) => line.slice('2026-11-25 07:20:51 +0000: '.length));
    expect(log).toContain('WARNING: no such directory');
    expect(log).toContain('WARNING: /a changed');
    expect(log.filter((line) => line.startsWith('WARNING'))).toHaveLength(4);
    expect(log.join('\n')).toMatch(/^The backup is interrupted: the client closed/m);
    expect((await counters('backup_stats')).get('warnings')!.count).toBe(4);
    expect(await nodeFs.readdir(current('.'))).not.toContain('log.earlier.gz');
  });

  it('is of bounded size, however much a client has to complain about', async () => {
    const complaints = Array.from({ length: 12_000 }, (_, at) => `w:complaint ${at}\n`);
    await act('c:backupphase1', ...complaints, ...scan, ...file, ...gone, 'c:okbackupphase2end');
    const log = await lines('log.gz');
    expect(log.length).toBeLessThan(10_100);
    expect(log).toContain('WARNING: there were more messages');
    expect(log.at(-2)).toContain('Backup completed.');
  });
});

describe.each(['restore', 'verify'] as const)('the log of a %s', (kind) => {
  beforeEach(async () => {
    world.clients.set('tc', { settings: { compression: 0 } });
    const all = [...scan.slice(1), ...file.slice(1), ...gone];
    await act('c:backupphase1', ...all, 'c:okbackupphase2end');
    world.warnings.length = 0;
  });

  it('is kept beside the backup, with what the client had to say, and replaces the one before it', async () => {
    await act(`c:${kind} 1:`, 'w:Path exists: /a\n', 'c:restoreend ok');
    const log = await lines(`${kind}log.gz`);
    expect(log).toContain('1970-01-01 00:00:00 +0000: WARNING: Path exists: /a');
    expect(log).toContain('             Files:                  1 |        1');
    await act(`c:${kind} 1:nothing`, 'c:restoreend ok');
    const next = await lines(`${kind}log.gz`);
    expect(next.join()).toContain("regex = 'nothing'");
    expect(next.join()).not.toContain('WARNING: ');
    expect((await counters(`${kind}_stats`)).get('grand_total')!.count).toBe(0);
  });

  it('names what is damaged, and how it ended if the client goes', async () => {
    await nodeFs.writeFile(current('data/t/a'), 'DATA');
    await act(`c:${kind} 1:`, 'c:restoreend ok');
    expect((await lines(`${kind}log.gz`)).join('\n')).toMatch(/WARNING: \/a: .*damaged/);
    await act(`c:${kind} 1:`);
    expect((await lines(`${kind}log.gz`)).join('\n')).toMatch(/ERROR: the client closed/);
  });

  it.each(['log.gz', '_stats'])(
    'is no reason to fail it, on a disk that can not take its %s',
    async (name) => {
      world.failing = `${kind}${name}.tmp`;
      const { outcome } = await act(`c:${kind} 1:`, 'c:restoreend ok');
      expect(outcome.result).toBe('done');
      expect(world.warnings).toEqual([
        expect.stringMatching(`^the log of this ${kind} can't be kept: ENOSPC`),
      ]);
      expect((await nodeFs.readdir(current('.'))).filter((one) => one.endsWith('.tmp'))).toEqual([]);
    },
  );

  it('may be written by several at once', async () => {
    const ran = await Promise.all([1, 2, 3].map(() => act(`c:${kind} 1:`, 'c:restoreend ok')));
    expect(ran.map(({ outcome }) => outcome.result)).toEqual(['done', 'done', 'done']);
    expect(world.warnings).toEqual([]);
    expect(await lines(`${kind}log.gz`)).toContain('             Files:                  1 |        1');
  });
});
