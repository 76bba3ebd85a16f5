import { mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ServerLog } from './server-log.ts';

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'jiggle-log-'));
});
afterEach(() => rm(place, { recursive: true }));

const clock = { now: () => Date.UTC(2026, 10, 23, 2, 49, 13) };

it('each entry is one JSON object in the file and one line for people', async () => {
  const out: string[] = [];
  const err: string[] = [];
  const file = join(place, 'log.jsonl');
  const log = new ServerLog(clock, { out: (line) => out.push(line), err: (line) => err.push(line) }, file);
  const about = log.about({ connection: 1, address: '::1' });
  about.info('first\nline');
  about.learn({ client: 'laptop' });
  about.warn('second');
  log.error('third');
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { time: '2026-11-23T02:49:13.000Z', level: 'info', text: 'first\nline', connection: 1, address: '::1' },
    {
      time: '2026-11-23T02:49:13.000Z',
      level: 'warn',
      text: 'second',
      connection: 1,
      address: '::1',
      client: 'laptop',
    },
    { time: '2026-11-23T02:49:13.000Z', level: 'error', text: 'third' },
  ]);
  expect(out).toEqual(['::1: first line']);
  expect(err).toEqual(['WARNING: laptop: second', 'ERROR: third']);
});

it('a rotated file is let go of, and a new one begun', async () => {
  const file = join(place, 'log.jsonl');
  const log = new ServerLog(clock, { out: undefined, err: undefined }, file);
  log.info('before');
  await rename(file, `${file}.1`);
  log.info('still before');
  log.reopen();
  log.info('after');
  const [old, fresh] = await Promise.all([readFile(`${file}.1`, 'utf8'), readFile(file, 'utf8')]);
  expect([old.match(/before/g)?.length, fresh.match(/after/g)?.length]).toEqual([2, 1]);
});

it('a log file that can not be opened is an error at once', () => {
  expect(() => new ServerLog(clock, { out: undefined, err: undefined }, join(place, 'no/log'))).toThrow(
    /ENOENT/,
  );
});

it('a disk without room for the log is said once, and stops nothing', () => {
  const err: string[] = [];
  const log = new ServerLog(clock, { out: undefined, err: (line) => err.push(line) }, '/dev/full');
  log.info('one');
  log.info('two');
  expect(err).toEqual([expect.stringMatching(/the log file \/dev\/full can't be written to: .*ENOSPC/)]);
});
