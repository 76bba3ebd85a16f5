import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linesOf } from './testing/frames.ts';
import { end, hello, said, stat } from './testing/sayings.ts';
import { type Served, World, trusted } from './testing/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.make();
  world.clients.set('pc', { settings: { compression: 0, keep: [9], smallestDelta: 1000 } });
});
afterEach(() => world.remove());

const DIRECTORY = { mode: 0o040755 };

/** What a Windows client has: its letter and path, what is in it, and its attributes. */
type Item = readonly [saying: string, data?: string, attributes?: Parameters<typeof stat>[0]];

/** A whole backup of a client that says it is Windows, and asks no questions. */
async function backUp(items: readonly Item[], asked = items): Promise<Served> {
  const scan = items.flatMap(([saying, , attributes]) => [stat(attributes), saying]);
  const sent = asked.flatMap(([saying, data, attributes]) =>
    data === undefined ? [] : [stat(attributes), saying, ...(data === '' ? [] : [`a:${data}`]), end(data)],
  );
  return converse('backupphase1', ...scan, 'c:backupphase2', ...sent, 'c:okbackupphase2end');
}

function converse(action: string, ...more: readonly string[]): Promise<Served> {
  return world.serve(said(...hello('pc', 'uname=Windows'), `c:${action}`, ...more), trusted('pc'));
}

/** What the server says of entries after its last "ok". */
function entriesIn({ frames }: Served): string[] {
  const lines = linesOf(frames);
  return lines.slice(lines.lastIndexOf('c:ok') + 1).filter((line) => !/^[rtxb]:/.test(line));
}

const items: readonly Item[] = [
  ['f:C:/', 'of the drive', DIRECTORY],
  ['f:C:/Users', 'of the directory', DIRECTORY],
  ['v:C:/Users/a.txt', 'before', {}],
  ['f:C:/Users/a.txt', 'hello', { size: 5 }],
  ['u:C:/Users/a.txt', 'after', {}],
  ['k:C:/Users/secret', 'efs', { size: 3, compression: 9 }],
  ['f:D:/big.bin', 'big', { size: 3 }],
];

describe('a Windows client', () => {
  it('finds everything that it backed up in the list, verifies it, and gets it back', async () => {
    expect((await backUp(items)).outcome).toMatchObject({ result: 'done' });
    expect(world.warnings).toEqual([]);
    const listed = entriesIn(await converse('list 1:'));
    expect(listed).toEqual(items.map(([saying]) => saying).filter((saying) => !/^[uv]/.test(saying)));
    expect((await (await world.store('pc')).verify(1)).failures).toEqual([]);
    const verified = entriesIn(await converse('verify 1:', 'c:restoreend ok'));
    expect(verified.filter((line) => line.startsWith('w'))).toEqual([]);
    const restored = await converse('restore 1:', 'c:restoreend ok');
    expect(dataOf(restored)).toEqual(new Map(items.map(([saying, data]) => [saying, data])));
    // What is made in a directory would change its times: so it comes after what is in it.
    const order = entriesIn(restored).filter((line) => line.startsWith('f:'));
    expect(order).toEqual(['f:C:/Users/a.txt', 'f:C:/Users', 'f:C:/', 'f:D:/big.bin']);
  });

  it('is asked again for a file whose permissions changed, which on Windows are part of its data', async () => {
    await backUp([['f:C:/a', 'one', { size: 3, mtime: 1, ctime: 1 }]]);
    const changed: Item = ['f:C:/a', 'two', { size: 3, mtime: 1, ctime: 2 }];
    expect((await backUp([changed])).outcome.result).toBe('done');
    expect(dataOf(await converse('restore 2:', 'c:restoreend ok')).get('f:C:/a')).toBe('two');
    const { outcome } = await backUp([changed], []);
    expect(outcome.result).toBe('done');
    expect(dataOf(await converse('restore 3:', 'c:restoreend ok')).get('f:C:/a')).toBe('two');
  });

  it('may restore from what another kind of client can not make: that one gets no data about directories', async () => {
    await backUp(items);
    const linux = await world.serve(
      said(...hello('pc', 'uname=Linux'), 'c:restore 1:', 'c:restoreend ok'),
      trusted('pc'),
    );
    expect([...dataOf(linux).keys()]).toEqual(['f:C:/Users/a.txt', 'k:C:/Users/secret', 'f:D:/big.bin']);
  });

  it('browses drives', async () => {
    await backUp(items);
    expect(entriesIn(await converse('listb 1:'))).toEqual(['d:C:', 'd:D:']);
    expect(entriesIn(await converse('listb 1:C:/'))).toEqual(['f:.', 'f:Users']);
    expect(entriesIn(await converse('listb 1:C:/Users'))).toEqual(['f:.', 'f:a.txt', 'k:secret']);
  });

  it('does not have its file of drive C mixed up with that of a Linux directory of that name', async () => {
    const both: Item[] = [
      ['f:/C:/x', 'Linux', { size: 5 }],
      ['f:C:/x', 'Windows', { size: 7 }],
    ];
    expect((await backUp(both)).outcome.result).toBe('done');
    const restored = dataOf(await converse('restore 1:', 'c:restoreend ok'));
    expect(restored).toEqual(new Map(both.map(([saying, data]) => [saying, data])));
  });
});

describe('what a client wants to keep and can not be stored', () => {
  it('is told to it, as a warning, and the rest is a backup', async () => {
    const served = await backUp(
      [
        ['f:C:/../x', 'x'],
        ['f:C:/a', 'a'],
        ['f:C:/b', 'b'],
      ],
      [
        ['f:C:/a', 'a'],
        ['f:C:/b', 'b'],
      ],
    );
    expect(served.outcome.result).toBe('done');
    const lines = linesOf(served.frames);
    const told = lines.filter((line) => line.startsWith('w:'));
    expect(told).toEqual(['w:C:/../x is not in the backup: it has a component ".."\n']);
    // Burp's client takes no warning before the answer to its scan, and none after the end.
    expect(lines.indexOf(told[0]!)).toBe(lines.lastIndexOf('c:ok') + 1);
  });

  it('is no success if it is half of the scan: older backups are not driven out', async () => {
    await backUp([['f:C:/a', 'a']]);
    const served = await backUp(
      [
        ['f:C:/../x', 'x'],
        ['f:C:/a', 'a'],
      ],
      [],
    );
    expect(served.outcome).toMatchObject({ result: 'failed' });
    expect(linesOf(served.frames).at(-1)).toBe(
      "e:no backup was made: 1 of the 2 entries of the client's scan can't be stored",
    );
    expect((await (await world.store('pc')).list()).map(({ number }) => number)).toEqual([1]);
  });

  it('is the end of a backup that may have no warnings, and of none else; the next one begins anew', async () => {
    const scan: Item[] = [
      ['f:C:/../x', 'x'],
      ['f:C:/a', 'a'],
      ['f:C:/b', 'b'],
    ];
    const settings = { compression: 0, failOnWarning: true, recovery: 'resume' } as const;
    world.clients.set('pc', { settings });
    const served = await backUp(scan, []);
    expect(linesOf(served.frames).at(-1)).toBe(
      'e:no backup was made: fail_on_warning is set, and there was a warning',
    );
    expect(await (await world.store('pc')).list()).toEqual([]);
    expect((await backUp(scan.slice(1))).outcome.result).toBe('done');
  });

  it('is told a thousand times, not a million', async () => {
    const bad = Array.from({ length: 1500 }, (_, at): Item => [`f:/a/../${String(at).padStart(4, '0')}`]);
    const good = Array.from({ length: 1600 }, (_, at): Item => [`d:/b${String(at).padStart(4, '0')}`]);
    const served = await backUp([...bad, ...good]);
    expect(served.outcome.result).toBe('done');
    const told = linesOf(served.frames).filter((line) => line.startsWith('w:'));
    expect(told).toHaveLength(1001);
    expect(told.at(-1)).toBe('w:there is more that is not in the backup: see its log\n');
  });
});

/** What came with each entry: unpacked, unless only Windows can make sense of it. */
function dataOf({ frames }: Served): Map<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  let current: string | undefined;
  let pieces: Buffer[] = [];
  for (const { letter, payload } of frames) {
    if ('fkvu'.includes(letter)) current = `${letter}:${payload.toString()}`;
    else if (letter === 'a') pieces.push(payload);
    else if (letter === 'x' && current !== undefined) {
      const bytes = Buffer.concat(pieces);
      found.set(current, (current.startsWith('k') ? bytes : gunzipSync(bytes)).toString());
      pieces = [];
    }
  }
  return found;
}
