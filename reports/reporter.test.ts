import { describe, expect, it } from 'vitest';
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
