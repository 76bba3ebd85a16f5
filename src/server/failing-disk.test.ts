import { cp, rm } from 'node:fs/promises';
import * as nodeFs from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { failing, type Failing } from '../testing/failing-fs.ts';
import {
  type TemporaryStore,
  backupOf,
  expected,
  restored,
  temporaryStore,
} from '../testing/temporary-store.ts';
import { versions } from '../testing/versions.ts';

let place: TemporaryStore;
beforeEach(async () => {
  place = await temporaryStore();
});
afterEach(() => place.remove());

/**
 * All calls take minutes on a real disk: `JIGGLE_LONG=1` tries each of them, otherwise some. In memory and over the
 * protocol, each is tried in every run.
 */
const STEP = process.env['JIGGLE_LONG'] ? 1 : 23;

const cases = (['ENOSPC', 'EIO'] as const).flatMap((code) =>
  (['once', 'from then on'] as const).flatMap((how) => [
    { code, how, groupSyncFrom: 1000 },
    { code, how, groupSyncFrom: 1 },
  ]),
);

it.each(cases)(
  '$code at any call of a backup, $how, costs no older backup, and the next one passes (groups from $groupSyncFrom)',
  async ({ code, how, groupSyncFrom }) => {
    const settings = { entriesPerSync: 4, groupSyncFrom };
    const before = await place.open(settings);
    for (const version of [0, 1]) await backupOf(before, versions[version]!);
    const base = `${place.directory}-base`;
    await cp(place.directory, base, { recursive: true, verbatimSymlinks: true });
    try {
      let failures = 0;
      for (let after = 0; ; after += STEP) {
        await rm(place.root, { recursive: true });
        await cp(base, place.directory, { recursive: true, verbatimSymlinks: true });
        const failed = await failAfter(after, code, how, settings);
        if (!failed) break;
        failures++;
      }
      expect(failures).toBeGreaterThan(40 / STEP);
    } finally {
      await rm(base, { recursive: true });
    }
  },
);

it('what came of a backup that a full disk has ended is named in the log, and removed by a recovery', async () => {
  const disk = failing(nodeFs, 10, 'ENOSPC', 'from then on');
  const store = await place.open({ entriesPerSync: 4 }, disk.fs);
  await expect(backupOf(store, versions[0]!)).rejects.toMatchObject({ code: 'ENOSPC' });
  const [partial] = await store.unfinished();
  const says = `${partial!.name}: what was received of it takes up room until its client comes again`;
  expect(place.warnings).toContainEqual(expect.stringContaining(says));
  disk.repair();
  await (await place.open()).recover();
  expect(await nodeFs.readdir(place.root)).toEqual([]);
  place.warnings.length = 0;
  await backupOf(await place.open(), versions[0]!);
  expect(place.warnings).toEqual([]);
});

/** False if the backup came to its end before the disk failed. */
async function failAfter(
  after: number,
  code: 'ENOSPC' | 'EIO',
  how: Failing,
  settings: { entriesPerSync: number; groupSyncFrom: number },
): Promise<boolean> {
  const disk = failing(nodeFs, after, code, how);
  const store = await place.open(settings, disk.fs);
  let isStored = false;
  const error = await backupOf(store, versions[2]!, () => (isStored = true)).then(
    () => undefined,
    (reason: NodeJS.ErrnoException) => reason,
  );
  if (disk.calls() <= after) {
    expect(error).toBeUndefined();
    return false;
  }
  // Told in one line, under the code that the disk gave.
  expect(error?.code).toBe(code);
  expect(error?.message).toMatch(/^[^\n]+$/);
  // The disk is as bad as it was: what is there restores.
  for (const number of [1, 2])
    expect(await restored(store, number)).toEqual(await expected(versions[number - 1]!));
  disk.repair();
  const { number } = await backupOf(store, versions[3]!);
  const numbers = (await store.list()).map((one) => one.number);
  // Received in full, it may be finished although its client was never told; told, it must be.
  expect(numbers).toEqual(isStored || number === 4 ? [1, 2, 3, 4] : [1, 2, 3]);
  for (const one of numbers) expect((await store.verify(one)).failures).toEqual([]);
  for (const one of numbers.filter((other) => other !== number))
    expect(await restored(store, one)).toEqual(await expected(versions[one - 1]!));
  expect(await restored(store, number)).toEqual(await expected(versions[3]!));
  return true;
}
