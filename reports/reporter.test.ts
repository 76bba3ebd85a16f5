import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EventLog } from './event-log.ts';
import { Reporter } from './reporter.ts';
import { sampleEvents } from './testing/sample.ts';

describe('a writer that fails', () => {
  it('is told of once and left out, and the others and the run go on', async () => {
    const broken: string[] = [];
    const heard = { early: 0, late: 0, good: 0, ended: 0 };
    const reporter = new Reporter(
      [
        {
          name: 'early',
          writer: {
            event: () => {
              heard.early++;
              throw new Error('no');
            },
            end: () => void heard.early++,
          },
        },
        {
          name: 'late',
          writer: {
            event: () => void heard.late++,
            end: async () => await Promise.reject(new Error('late')),
          },
        },
        { name: 'good', writer: { event: () => void heard.good++, end: () => void heard.ended++ } },
      ],
      (name, error) => broken.push(`${name}: ${String(error)}`),
    );
    const events = sampleEvents();
    for (const event of events) reporter.add(event);
    const model = await reporter.end();
    expect(broken).toEqual(['early: Error: no', 'late: Error: late']);
    expect(heard).toEqual({ early: 1, late: events.length, good: events.length, ended: 1 });
    expect(model.runs).toHaveLength(8);
  });
});

describe('the file of events', () => {
  it('holds what was told so far, as it is told', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'blackout-events-'));
    try {
      const path = join(directory, 'events.jsonl');
      const file = await EventLog.create(path);
      const events = sampleEvents();
      for (const event of events) file.add(event);
      await file.close();
      const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
      expect(lines.slice(0, -1).map((line) => JSON.parse(line) as unknown)).toEqual(events);
      expect(lines.slice(0, -1)).toEqual(file.lines);
      expect(JSON.parse(lines.at(-1)!)).toMatchObject({ type: 'sum' });
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
