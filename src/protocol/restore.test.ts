import * as nodeFs from 'node:fs/promises';
import { randomFillSync } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectionPair } from './memory-connection.ts';
import { FrameParser, type Frame } from './frame.ts';
import { serveConversation } from './serve.ts';
import { linesOf } from './testing/frames.ts';
import { end, hello, said, stat } from './testing/sayings.ts';
import { type Served, World, trusted } from './testing/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.make();
  world.clients.set('tc', { settings: { compression: 0, keep: [9] } });
});
afterEach(() => world.remove());

type Files = Readonly<Record<string, string>>;

/** Backs files up, plain. */
async function backUp(files: Files, mtime = 1): Promise<void> {
  const entries = Object.entries(files);
  const scan = entries.flatMap(([path, data]) => [stat({ mtime, size: data.length }), `f:${path}`]);
  const answers = entries.flatMap(([path, data]) => [
    stat({ mtime, size: data.length }),
    `f:${path}`,
    ...pieces(data),
    end(data),
  ]);
  const sayings = ['c:backupphase1', ...scan, 'c:backupphase2', ...answers, 'c:okbackupphase2end'];
  const { outcome } = await world.serve(said(...hello('tc'), ...sayings), trusted('tc'));
  expect(outcome).toMatchObject({ result: 'done' });
}

function pieces(data: string): string[] {
  return data.match(/[^]{1,4096}/g)?.map((piece) => `a:${piece}`) ?? [];
}

function act(action: string, ...more: string[]): Promise<Served> {
  return world.serve(said(...hello('tc'), `c:${action}`, ...more, 'c:restoreend ok'), trusted('tc'));
}

/** What follows the answer "ok". */
function entriesIn({ frames }: Served): string[] {
  const lines = linesOf(frames);
  return lines.slice(lines.lastIndexOf('c:ok') + 1).filter((line) => !line.startsWith('r:'));
}

async function damage(path: string, change: (data: Buffer) => Buffer): Promise<void> {
  const file = `${world.directory}/tc/current/data/t${path}`;
  await nodeFs.writeFile(file, change(await nodeFs.readFile(file)));
}

it('a directory comes after what is in it, and its ACLs after that: what is made in it would inherit them', async () => {
  const scan = ['/d', '/d/f'].flatMap((path) => [
    ...(path === '/d' ? [stat({ mode: 0o040755 }), 'd:/d'] : [stat({}), 'f:/d/f']),
    stat({}),
    `m:${path}`,
  ]);
  const sent = ['m:/d', 'f:/d/f', 'm:/d/f'].flatMap((item) => [stat({}), item, 'a:data', end('data')]);
  const sayings = ['c:backupphase1', ...scan, 'c:backupphase2', ...sent, 'c:okbackupphase2end'];
  await world.serve(said(...hello('tc'), ...sayings), trusted('tc'));
  const order = entriesIn(await act('restore 1:')).filter((line) => /^[dfm]:/.test(line));
  expect(order).toEqual(['f:/d/f', 'm:/d/f', 'd:/d', 'm:/d']);
});

describe('a client that may restore only what was ordered', () => {
  let done: number;
  beforeEach(async () => {
    done = 0;
    await backUp({ '/a': 'one', '/ab': 'two', '/b/c': 'three' });
    const can = {
      delete: true,
      diff: true,
      forceBackup: true,
      list: true,
      restore: false,
      verify: true,
      monitor: true,
    };
    const order = {
      lines: ['backup = 1', 'regex = b'],
      includes: ['/a', '/b'],
      done: async () => void done++,
    };
    world.clients.set('tc', { can, restoreOrder: async () => order });
  });

  const ordered = (action: string, ...more: string[]) => {
    const sayings = [
      ...hello('tc', 'srestore ok', 'srestore end ok'),
      `c:${action}`,
      ...more,
      'c:restoreend ok',
    ];
    return world.serve(said(...sayings), trusted('tc'));
  };

  it('gets that, and of it what is included only, and the order is done', async () => {
    const served = await ordered('restore 1:b');
    expect(entriesIn(served).filter((line) => line.startsWith('f:'))).toEqual(['f:/b/c']);
    expect(done).toBe(1);
  });

  it.each(['restore 2:b', 'restore 0:b', 'restore 1:', 'restore 1:/a', 'restore restore_list 1:b'])(
    'does not get %j',
    async (action) => {
      const { outcome } = await ordered(action);
      expect(outcome).toMatchObject({ result: 'refused', reason: 'Client restore is not allowed' });
    },
  );

  it('gets nothing if it does not say that it does what was ordered', async () => {
    const { outcome } = await act('restore 1:b');
    expect(outcome).toMatchObject({ result: 'refused', reason: 'Client restore is not allowed' });
    expect(done).toBe(0);
  });
});

describe('a file whose stored data is damaged', () => {
  const files = { '/a': 'good', '/b': 'to be damaged', '/c': 'good too' };
  const reason = 'w:/b: the stored data is damaged at byte 13';
  beforeEach(async () => {
    await backUp(files);
    await damage('/b', (data) => Buffer.from(data.toString().toUpperCase()));
  });

  it('is named by a verify, among those that are sound', async () => {
    const lines = entriesIn(await act('verify 1:'));
    expect(lines).toEqual([
      't:t/a',
      'f:/a',
      't:t/b',
      expect.stringContaining(reason),
      't:t/c',
      'f:/c',
      'c:restoreend',
    ]);
  });

  it('is named by a restore, and not sent', async () => {
    const lines = entriesIn(await act('restore 1:'));
    expect(lines.map((line) => line.slice(0, 5))).toEqual([
      't:t/a',
      'f:/a',
      '#:4 7',
      'x:4:7',
      't:t/b',
      'w:/b:',
      't:t/c',
      'f:/c',
      '#:8 a',
      'x:8:e',
      'c:res',
    ]);
  });

  it('is named too if it is missing altogether', async () => {
    await nodeFs.unlink(`${world.directory}/tc/current/data/t/b`);
    expect(entriesIn(await act('restore 1:'))).toContainEqual(
      expect.stringMatching(/^w:\/b: .*none of the backups/),
    );
    expect(entriesIn(await act('verify 1:'))).toContainEqual(
      expect.stringMatching(/^w:\/b: .*none of the backups/),
    );
  });
});

it('large data that turn out damaged while they are sent end with a warning within the file', async () => {
  const large = randomFillSync(Buffer.alloc(9 << 20)).toString('latin1');
  await backUp({ '/large': large });
  await damage('/large', (data) => {
    data[data.length - 1]! ^= 1;
    return data;
  });
  const { frames, outcome } = await act('restore 1:');
  expect(outcome.result).toBe('done');
  const letters = frames
    .slice(-30)
    .map(({ letter }) => letter)
    .join('');
  expect(letters).toMatch(/a+wxc$/);
});

describe('a client that says what it does not want', () => {
  it('gets the end of that file at once, and all of the next', async () => {
    const large = randomFillSync(Buffer.alloc(2 << 20)).toString('latin1');
    await backUp({ '/a': large, '/b': 'small' });
    const { server, client } = connectionPair(trusted('tc'));
    const serving = serveConversation(server, world.server(), world.log);
    client.write(said(...hello('tc'), 'c:restore 1:'));
    const frames: Frame[] = [];
    const parser = new FrameParser();
    let isSaid = false;
    for await (const piece of client.incoming) {
      parser.push(piece, frames);
      if (!isSaid && frames.some(({ letter }) => letter === 'a')) {
        isSaid = true;
        client.write(said('w:Path exists', 'i:t/a'));
      }
      if (frames.at(-1)?.payload.toString() === 'restoreend') {
        client.write(said('c:restoreend ok'));
        client.close();
      }
    }
    expect((await serving).result).toBe('done');
    const sent = frames
      .filter(({ letter }) => letter === 'a')
      .reduce((sum, { payload }) => sum + payload.length, 0);
    expect(sent).toBeLessThan(1 << 20);
    expect(linesOf(frames)).toContain(`x:5:${end('small').split(':')[2]}`);
  });

  it('does not cut the same file of another backup short by saying so late', async () => {
    await backUp({ '/a': 'one' });
    await world.serve(
      said(
        ...hello('tc'),
        'c:backupphase1',
        stat({ mtime: 3 }),
        'd:/d',
        'c:backupphase2',
        'c:okbackupphase2end',
      ),
      trusted('tc'),
    );
    await backUp({ '/a': 'another' }, 4);
    const { frames } = await act('restore a:', 'i:t/a');
    const contents = frames
      .filter(({ letter, payload }) => letter === 'a' && payload.length > 0)
      .map(({ payload }) => gunzipSync(payload).toString());
    expect(contents).toContain('another');
  });

  it('is no client if it says anything else', async () => {
    await backUp({ '/a': 'one' });
    const { outcome } = await world.serve(said(...hello('tc'), 'c:restore 1:', 'f:/a'), trusted('tc'));
    expect(outcome).toMatchObject({
      result: 'failed',
      reason: 'the client sent f:/a, where "restoreend ok" was due',
    });
  });
});

describe('a list of paths', () => {
  it.each([
    ['not gzip', 'a:f0002/a\n'],
    ['no list', ''],
  ])('that is %s restores nothing, and says why', async (_, list) => {
    await backUp({ '/a': 'one' });
    const { outcome } = await act('restore restore_list 1:', ...(list === '' ? [] : [list]), 'x:8:');
    expect(outcome).toMatchObject({
      result: 'failed',
      reason: expect.stringContaining('gzip data is damaged'),
    });
  });
});
