import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Command } from './command.ts';
import { KilledBackup } from './killed-backup.ts';
import { bundleJiggle, temporaryDirectory } from './program.ts';
import { readTree } from './real-tree.ts';
import { openReal, type Restore, storeRestore } from './restored.ts';
import { expectEachSeen, expectLaterKillSeen, expectUncut, sweep } from './sweep.ts';

const MINUTE = 60_000;
const CLIENT = 'c1';
const BEGIN = Date.UTC(2026, 10, 23, 0, 49, 13);

let place: string;
let backup: KilledBackup;

beforeAll(async () => {
  place = await temporaryDirectory();
  const source = join(place, 'client');
  await mkdir(source);
  const way = new Command(await bundleJiggle(place), CLIENT, source);
  backup = await KilledBackup.prepare(place, { way, client: CLIENT, source, begin: BEGIN });
}, 2 * MINUTE);

afterAll(async () => {
  await rm(place, { recursive: true });
});

it('an uncut backup does the simulated operations, and leaves the simulated disk', () => expectUncut(backup));

it(
  'a backup killed after any operation leaves the simulated disk, and the next run comes back from it',
  () => sweep(backup, 'test/kills/kills'),
  15 * MINUTE,
);

it('the simulated disk changes with every operation but a sync, so that a kill at another one is noticed', () =>
  expectEachSeen(backup));

it('a kill one operation later than simulated is noticed', () => expectLaterKillSeen(backup));

it('a store that has lost a file, a byte or a backup is noticed, and so is a restore of another backup', async () => {
  const disk = await backup.freshDisk();
  const store = join(disk, 'store/c1');
  const problems = (): Promise<string[]> => backup.storeProblems(disk, ['0000003 and its time'], [[1, 2]]);
  try {
    const lost = '0000003 and its time must be stored, and is not listed';
    expect(await problems()).toEqual([lost]);
    const theOther: Restore = async (number, into) =>
      await storeRestore(await openReal(join(disk, 'store'), CLIENT))(3 - number, into);
    expect(await backup.storeProblems(disk, [], [[1, 2]], theOther)).toContainEqual(
      expect.stringMatching(/^backup 1: .*changed: /),
    );
    const files = [...(await readTree(store)).keys()].filter((path) => path.includes('/data/'));
    const data = join(
      store,
      files.find((path) => path.endsWith('/sub/same'))!,
    );
    const content = await readFile(data);
    content[content.length >> 1]! ^= 1;
    await writeFile(data, content);
    expect((await problems()).filter((line) => /^backup [12]: .*same/.test(line))).not.toEqual([]);
    await rm(data);
    expect((await problems()).filter((line) => /^backup [12]: .*same/.test(line))).not.toEqual([]);
    expect(await backup.storeProblems(disk, [], [[2, 3]])).toContain(
      'backups [1, 2] are listed, allowed are [[2,3]]',
    );
  } finally {
    await rm(disk, { recursive: true });
  }
});
