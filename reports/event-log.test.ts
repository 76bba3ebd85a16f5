import { mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventLog, type LogDisk } from './event-log.ts';
import type { RunEvent } from './events.ts';
import { NoReport, readEvents } from './read-events.ts';
import { readLog } from './read-log.ts';
import { sampleEvents } from './testing/sample.ts';

const events = sampleEvents();
const ends = events.filter((event) => event.type === 'run-end');
/** The runs of the sample, in the order in which they ended. */
const order = ends.map(({ run }) => run);

let directory: string;
let path: string;
let bytes: Buffer;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'blackout-log-'));
  path = join(directory, 'events.jsonl');
  const log = await EventLog.create(path);
  for (const event of events) log.add(event);
  await log.close();
  bytes = await readFile(path);
});

afterAll(async () => await rm(directory, { recursive: true }));

function own(run: number): readonly RunEvent[] {
  return events.filter((event) => 'run' in event && event.run === run && event.type !== 'run');
}

/** What is read must be what was told, of some of the runs that ended first. */
function expectTrue(read: Uint8Array): number {
  const { start, runs, done } = readLog(read);
  expect(start).toEqual(events[0]);
  expect(runs).toEqual(events.filter((event) => event.type === 'run'));
  expect([...done.keys()]).toEqual(order.slice(0, done.size));
  for (const [run, told] of done) expect(told).toEqual(own(run));
  return done.size;
}

describe('a log that is whole', () => {
  it('is read as it was told, by whoever shows it and by whoever goes on with it', () => {
    expect(readEvents(bytes).events).toEqual(events);
    expect(expectTrue(bytes)).toBe(order.length);
    expect(readLog(bytes).end).toEqual(events.at(-1));
  });

  it('is the same whether it was written in one life or in two', async () => {
    const again = await EventLog.create(join(directory, 'again'));
    const { start, runs, done, end } = readLog(bytes);
    for (const event of [start, ...runs, ...[...done.values()].flat(), end!]) again.add(event);
    await again.close();
    expect(await readFile(join(directory, 'again'))).toEqual(bytes);
  });
});

/** Bytes that end no line, and complete none. */
const NO_TEXT = fc.uint8Array({ min: 128 });

describe('a log that is damaged', () => {
  const head = (): number => bytes.indexOf('{"type":"sum"');

  it('by being cut off is read up to the last record that is whole', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), NO_TEXT, (length, garbage) => {
        const torn = Buffer.concat([bytes.subarray(0, length), garbage]);
        if (torn.indexOf('\n', head()) < 0) {
          expect(() => readLog(torn)).toThrow(NoReport);
          return;
        }
        const ended = torn.toString().split('"type":"run-end"').length - 1;
        expect([ended, ended - 1]).toContain(expectTrue(torn));
        expect(readLog(torn).end).toBe(undefined);
      }),
      { numRuns: 40 },
    );
  });

  it('anywhere, by bytes or by whole pages that another file had there, is believed up to there', async () => {
    const other = await EventLog.create(join(directory, 'other'));
    for (const event of events) other.add(event.type === 'start' ? { ...event, startedAt: 'then' } : event);
    await other.close();
    const stale = await readFile(join(directory, 'other'));
    fc.assert(
      fc.property(
        fc.integer({ min: head() + 100, max: bytes.length - 2 }),
        fc.constantFrom(0, 1, 4096),
        fc.constantFrom<(at: number) => number>(
          () => 0,
          (at) => bytes[at]! ^ 1,
          (at) => stale[at] ?? 0,
        ),
        (at, length, byte) => {
          const copy = Buffer.from(bytes);
          for (let i = at; i < Math.min(at + length, bytes.length); i++) copy[i] = byte(i);
          const changed = !copy.equals(bytes);
          const size = expectTrue(copy);
          if (changed) expect(size < order.length || readLog(copy).end === undefined).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('where a line still reads well is told of, though each line alone would be believed', () => {
    const text = bytes.toString();
    const changed = Buffer.from(text.replace('"verdict":"converged"', '"verdict":"unknown"'));
    expect(changed.equals(bytes)).toBe(false);
    const damage = readEvents(changed).events.filter((event) => event.type === 'damage');
    expect(damage).toHaveLength(1);
    expect(damage[0]!.text).toMatch(/^line \d+ .* what comes before it is not what was written/);
    const sumless = text.split('\n').filter((line) => !line.startsWith('{"type":"sum"'));
    const alone = sumless.join('\n').replace('"verdict":"converged"', '"verdict":"unknown"');
    expect(readEvents(Buffer.from(alone)).events.filter((event) => event.type === 'damage')).toEqual([]);
    expect(() => readLog(Buffer.from(alone))).toThrow(NoReport);
  });
});

describe('what a log replaces', () => {
  it('is there until its first record is on the disk, and for ever if there is none', async () => {
    const replaced = join(directory, 'replaced');
    await writeFile(replaced, 'before');
    const none = await EventLog.create(replaced);
    await none.close();
    expect(await readFile(replaced, 'utf8')).toBe('before');
    const log = await EventLog.create(replaced);
    log.add(events[0]!);
    expect(await readFile(replaced, 'utf8')).toBe('before');
    await log.commit();
    expect(await readFile(replaced, 'utf8')).toContain('"type":"sum"');
    await log.close();
    expect((await readdir(directory)).filter((name) => name.endsWith('.new'))).toEqual([]);
  });
});

describe('a disk that is full', () => {
  it('is told of at the end, and what was kept before it is kept', async () => {
    let left = 4;
    const disk: LogDisk = {
      rename,
      rm,
      open: async (name, flags) => {
        const file = await open(name, flags);
        return {
          writeFile: async (text) => {
            if (left-- === 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
            await file.writeFile(text);
          },
          sync: async () => await file.sync(),
          close: async () => await file.close(),
        };
      },
    };
    const log = await EventLog.create(join(directory, 'full'), disk);
    for (const event of events) {
      log.add(event);
      if (event.type === 'run-end') await log.commit();
    }
    await expect(log.close()).rejects.toThrow('full');
    expect(expectTrue(await readFile(join(directory, 'full')))).toBe(4);
  });
});
