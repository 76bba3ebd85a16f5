import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deltaOf } from '../storage/delta/delta.ts';
import { parseSignature } from '../storage/delta/signature.ts';
import { LONGEST_PAYLOAD } from './frame.ts';
import { linesOf } from './testing/frames.ts';
import { play, same } from './testing/play.ts';
import { end, hello, said, stat } from './testing/sayings.ts';
import { readTranscripts } from './testing/transcript.ts';
import { World, trusted } from './testing/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.make();
  world.clients.set('tc', { settings: { compression: 0 } });
});
afterEach(() => world.remove());

/** What is in a client's newest backup, by path, and what would not restore of it. */
async function contents(client: string): Promise<Record<string, number | undefined>> {
  const store = await world.store(client);
  const { failures } = await store.verify(0);
  expect(failures).toEqual([]);
  const found: Record<string, number | undefined> = {};
  const opened = await store.open((await store.list()).at(-1)!.name);
  for await (const entry of opened.entries()) found[entry.path] = entry.end?.size;
  return found;
}

/** A whole backup: what the client says after its hello. */
function backup(...rest: readonly string[]) {
  return world.serve(said(...hello('tc'), 'c:backupphase1', ...rest), trusted('tc'));
}

describe('a file that its client could not read to its end', () => {
  it('is not in the backup, though its client ended it regularly', async () => {
    world.clients.set('eio0', { settings: { compression: 0 } });
    await same(world, '24b-read-error-midfile-uncompressed', 'eio0');
    const kept = await contents('eio0');
    expect(Object.keys(kept)).toEqual([
      '/srv/wire-lab/d_eio0',
      '/srv/wire-lab/d_eio0/a.txt',
      '/srv/wire-lab/d_eio0/z.txt',
    ]);
    expect(world.warnings).toEqual([
      '/srv/wire-lab/d_eio0/eio.bin is not in the backup: Error when reading /srv/wire-lab/d_eio0/eio.bin in send_whole_filel: Input/output error',
    ]);
  });

  it('is not in the backup, and asked for again by the next', async () => {
    world.clients.set('eio9', {});
    await same(world, '24a-read-error-midfile-compressed', 'eio9');
    expect(Object.keys(await contents('eio9'))).not.toContain('/srv/wire-lab/d_eio9/eio.bin');
    await same(world, '24c-next-backup-full', 'eio9');
    expect((await contents('eio9'))['/srv/wire-lab/d_eio9/eio.bin']).toBe(90_000);
  });

  it('while a delta was made costs only that file: the client gets the second signature that it waits for', async () => {
    world.clients.set('eio9', {});
    await play(world, '24a-read-error-midfile-compressed', 'eio9');
    await play(world, '24c-next-backup-full', 'eio9');
    world.warnings.length = 0;
    // The recorded server sent none, and its client gave up. This one would have gone on.
    const [{ client } = { client: new Uint8Array() }] = readTranscripts('24d-read-error-in-delta');
    const { frames } = await world.serve(
      Buffer.concat([client, said('c:okbackupphase2end')]),
      trusted('eio9'),
    );
    expect(
      linesOf(frames)
        .slice(-6)
        .map((line) => line.slice(0, 9)),
    ).toEqual([
      expect.stringMatching(/^f:/),
      expect.stringMatching(/^#:\d{4}/),
      'x:endfile',
      expect.stringMatching(/^#:12 /),
      'x:endfile',
      'c:backupp',
    ]);
    expect(Object.keys(await contents('eio9'))).not.toContain('/srv/wire-lab/d_eio9/eio.bin');
    expect(world.warnings).toEqual([expect.stringContaining('eio.bin is not in the backup')]);
  });
});

describe('"backupphase2end"', () => {
  const scan = [stat({ size: 4 }), 'f:/a', 'c:backupphase2'];
  const file = [stat({ size: 4 }), 'f:/a', 'a:data', end('data')];

  it('comes when the backup is at its point of no return, and not before', async () => {
    const finishing: boolean[] = [];
    world.observe = (bytes) => {
      if (Buffer.from(bytes).includes('backupphase2end'))
        finishing.push(existsSync(`${world.directory}/tc/finishing`));
    };
    const { outcome } = await backup(...scan, ...file, 'c:okbackupphase2end');
    expect(finishing).toEqual([true]);
    expect(outcome.result).toBe('done');
  });

  it('does not come when the backup can not be stored, and the client hears why', async () => {
    world.failing = 'manifest.gz';
    const { frames, outcome } = await backup(...scan, ...file, 'c:okbackupphase2end');
    const lines = linesOf(frames);
    expect(lines).not.toContain('c:backupphase2end');
    expect(lines.at(-1)).toMatch(/^e:.*ENOSPC/);
    expect(outcome).toMatchObject({ result: 'failed', reason: expect.stringContaining('ENOSPC') });
  });

  it('lets the client go, whose backup counts as one that is made until it is finished', async () => {
    const { fs } = world;
    const running: number[] = [];
    const unlink = async (path: string): Promise<void> => {
      if (path.endsWith('/finishing')) running.push(world.running);
      return fs.unlink(path);
    };
    world.fs = { ...fs, unlink };
    const { outcome } = await backup(...scan, ...file, 'c:okbackupphase2end');
    expect(outcome.result).toBe('done');
    expect(running).toEqual([1]);
    expect(world.running).toBe(0);
  });

  it('is enough: a client that goes without an answer has its backup', async () => {
    const { outcome } = await backup(...scan, ...file);
    expect(outcome.result).toBe('done');
    expect(world.warnings).toEqual([expect.stringContaining('the backup is stored, but the client closed')]);
    expect(await contents('tc')).toEqual({ '/a': 4 });
  });
});

describe('a client that lies', () => {
  const scan = [stat({ size: 4 }), 'f:/a', 'c:backupphase2'];
  it.each<[string, string[], string]>([
    ['answers for another file', [...scan, stat(), 'f:/b'], 'f:/b, where path of /a was due'],
    ['answers with another kind', [...scan, stat(), 'd:/a'], 'd:/a, where path of /a was due'],
    ['says nothing of the file', [...scan, 'f:/a'], 'f:/a, where stat line of /a was due'],
    ['interrupts another file', [...scan, stat(), 'f:/a', 'a:da', 'i:/b'], 'i:/b, where data of /a was due'],
    ['ends a file without a sum', [...scan, stat(), 'f:/a', 'x:4'], 'a bad end of /a'],
    ['sends no number in a stat line', ['r:A B C ??', 'f:/a'], 'a bad stat line'],
    ['sends a link without its target', [stat(), 'l:/a', stat()], 'where the target of the link /a was due'],
    ['sends a zero byte in a path', [stat(), 'f:/a\0b'], 'a zero byte'],
    ['leaves out the stat line in its scan', ['f:/a'], 'where an entry of the scan was due'],
    ['sends its scan out of order', [stat(), 'f:/b', stat(), 'f:/a', 'c:backupphase2'], 'out of order'],
    ['gives up the scan', ['c:something else'], 'where an entry of the scan was due'],
  ])('%s: the conversation ends with a line that says so, and no backup', async (_, sayings, reason) => {
    const { outcome, frames } = await backup(...sayings, 'c:okbackupphase2end');
    expect(outcome).toMatchObject({ result: 'failed', reason: expect.stringContaining(reason) });
    expect(linesOf(frames).at(-1)).toBe(`e:${outcome.reason}`);
    expect(await (await world.store('tc')).list()).toEqual([]);
  });

  it('sends other data than it read: the file is not in the backup, and is named', async () => {
    const { outcome } = await backup(...scan, stat(), 'f:/a', 'a:DATA', end('data'), 'c:okbackupphase2end');
    expect(outcome.result).toBe('done');
    expect(await contents('tc')).toEqual({});
    expect(world.warnings).toEqual(['/a is not in the backup: what arrived is not what the client read']);
  });

  it('has more entries than it may', async () => {
    world.limits = { ...world.limits, entries: 2 };
    const { outcome } = await backup(stat(), 'd:/a', stat(), 'd:/b', stat(), 'd:/c', 'c:backupphase2');
    expect(outcome.reason).toContain('more than the 2 entries');
  });

  it('sends a frame that is too long for the other side', async () => {
    const head = Buffer.from(`c${(LONGEST_PAYLOAD + 1).toString(16)}`);
    const { outcome } = await world.serve(Buffer.concat([said(...hello('tc')), head]), trusted('tc'));
    expect(outcome.reason).toContain('longer than the 32026');
  });
});

describe('an answer to a delta', () => {
  const scanOf = (mtime: number, size: number) => [stat({ mtime, size }), 'f:/a', 'c:backupphase2'];
  const old = 'the quick brown fox jumps over the lazy dog '.repeat(20);

  async function second(delta: string, now: string) {
    await backup(
      ...scanOf(1, old.length),
      stat({ mtime: 1 }),
      'f:/a',
      `a:${old}`,
      end(old),
      'c:okbackupphase2end',
    );
    const head = ['t:t/a', stat({ mtime: 2 }), 'f:/a'];
    const whole = [stat({ mtime: 2 }), 'f:/a', `a:${now}`, end(now)];
    return backup(...scanOf(2, now.length), ...head, `a:${delta}`, end(now), ...whole, 'c:okbackupphase2end');
  }

  it('that does not give the file is asked for again, as the whole file', async () => {
    const nothing = Buffer.from('7273023600', 'hex').toString('latin1');
    const { frames, outcome } = await second(nothing, `${old}!`);
    expect(outcome.result).toBe('done');
    expect(linesOf(frames).filter((line) => line === 'f:/a')).toHaveLength(2);
    expect(await contents('tc')).toEqual({ '/a': old.length + 1 });
  });

  it('that does is kept', async () => {
    await backup(
      ...scanOf(1, old.length),
      stat({ mtime: 1 }),
      'f:/a',
      `a:${old}`,
      end(old),
      'c:okbackupphase2end',
    );
    const now = `${old}!`;
    const { frames } = await backup(...scanOf(2, now.length));
    const signature = frames.filter(({ letter }) => letter === 'a').map(({ payload }) => payload);
    const delta = Buffer.from(deltaOf(parseSignature(Buffer.concat(signature)), Buffer.from(now))).toString(
      'latin1',
    );
    const head = ['t:t/a', stat({ mtime: 2 }), 'f:/a'];
    const again = await backup(
      ...scanOf(2, now.length),
      ...head,
      `a:${delta}`,
      end(now),
      'c:okbackupphase2end',
    );
    expect(linesOf(again.frames).filter((line) => line === 'f:/a')).toHaveLength(1);
    expect(await contents('tc')).toEqual({ '/a': now.length });
  });
});
