import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ClientFile } from '../config/client-config.ts';
import { timeIn } from '../protocol/backup-time.ts';
import { isDue, isInBand, secondsOf, timerOf } from './timer.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'jiggle-timer-'));
  await mkdir(join(directory, 'laptop'));
});
afterEach(() => rm(directory, { recursive: true }));

const LATEST = '0000007 2026-11-23 02:49:13 +0000';
const HOUR = 3_600_000;
const latest = Date.UTC(2026, 10, 23, 2, 49, 13);

const due = (timerArgs: string[], now: number, last: string | undefined = LATEST, timerScript?: string) =>
  isDue({ name: 'laptop', directory, timerArgs, timerScript } as unknown as ClientFile, last, now);

it('a backup is due when the last is old enough, and not a moment before', async () => {
  expect(await due(['20h', 'always'], latest + 20 * HOUR)).toBe(false);
  expect(await due(['20h', 'always'], latest + 20 * HOUR + 1)).toBe(true);
});

it('the first backup, and one after a name in no known format, is due in any band', async () => {
  expect(
    await isDue(
      {
        name: 'laptop',
        directory,
        timerArgs: ['20h', 'always'],
        timerScript: undefined,
      } as unknown as ClientFile,
      undefined,
      latest,
    ),
  ).toBe(true);
  expect(await due(['20h', 'always'], latest, '0000001 Monday')).toBe(true);
});

it('without a band nothing is ever due, as with Burp', async () => {
  expect(await due(['20h'], latest + 1000 * HOUR)).toBe(false);
  expect(await due([], latest + 1000 * HOUR)).toBe(false);
});

it('a file called backup orders one, once', async () => {
  await writeFile(join(directory, 'laptop/backup'), '');
  expect(await due([], latest)).toBe(true);
  expect(await readdir(join(directory, 'laptop'))).toEqual([]);
  expect(await due([], latest)).toBe(false);
});

it('a band holds the day and the hour, in any case, in local time', () => {
  const monday = new Date(2026, 10, 23, 7, 59);
  expect(isInBand('Mon,Tue,00,07', monday)).toBe(true);
  expect(isInBand('MON07', monday)).toBe(true);
  expect(isInBand('Tue,Wed,07', monday)).toBe(false);
  expect(isInBand('Mon,Tue,08', monday)).toBe(false);
  expect(isInBand('Always', monday)).toBe(true);
});

it("intervals are in Burp's units", () => {
  expect(['30s', '5m', '20h', '1d', '2w', '1n'].map((one) => secondsOf(one, 'x'))).toEqual([
    30, 300, 72_000, 86_400, 1_209_600, 2_592_000,
  ]);
  expect(() => secondsOf('soon', 'laptop')).toThrow('timer_arg soon of laptop is no interval such as 20h');
});

it('the time in a name counts its zone, and the local one if it has none', () => {
  expect(timeIn(LATEST)).toBe(latest);
  expect(timeIn('0000007 2026-11-23 03:49:13 +0100')).toBe(latest);
  expect(timeIn('0000007 2026-11-23 02:49:13')).toBe(new Date(2026, 10, 23, 2, 49, 13).getTime());
  expect(timeIn('0000007 yesterday')).toBeUndefined();
});

it("a script of one's own decides by its exit code, and is told whom it is about", async () => {
  const script = join(directory, 'script');
  await writeFile(script, '#!/bin/sh\necho "$@" > "$3/said"\nexit "$6"\n');
  await chmod(script, 0o700);
  expect(await due(['0'], latest, LATEST, script)).toBe(true);
  expect(await due(['7'], latest, LATEST, script)).toBe(false);
  await expect(due(['0'], latest, LATEST, join(directory, 'none'))).rejects.toThrow(
    /timer_script .*none failed/,
  );
});

it('a backup that was ordered stays due in its own conversation, though its order is gone', async () => {
  await writeFile(join(directory, 'laptop/backup'), '');
  const client = { name: 'laptop', directory, timerArgs: ['20h'] } as unknown as ClientFile;
  const [ordered, other] = [timerOf(client), timerOf(client)];
  expect([await ordered(LATEST, latest), await ordered(LATEST, latest)]).toEqual([true, true]);
  expect(await other(LATEST, latest)).toBe(false);
});
