import { describe, expect, it } from 'vitest';
import type { RunEvent } from './events.ts';
import { foldEvents } from './model.ts';
import { painter } from './paint.ts';
import { sampleEvents } from './testing/sample.ts';
import { totalLines } from './total-text.ts';

/** The first line about the recorded run, as if it had taken this. */
function toldOf(took: { readonly elapsedMs: number; readonly peakMemory?: number }): string {
  const events = sampleEvents().map((event): RunEvent =>
    event.type === 'end' ? { ...event, ...took } : event,
  );
  return totalLines(foldEvents(events), painter(false))[0]!;
}

describe('the last lines of a run', () => {
  const states = sampleEvents().reduce(
    (sum, event) => sum + (event.type === 'run-end' ? (event.counts?.verified ?? 0) : 0),
    0,
  );

  it('say how many states it took up in a second, and how much memory it had at most', () => {
    expect(toldOf({ elapsedMs: (states / 50) * 1000, peakMemory: 411_900_000 })).toMatch(
      / \(50 states\/s, 412 MB of memory at most\)$/,
    );
  });

  it('say nothing of memory that is not known, and of no second', () => {
    expect(toldOf({ elapsedMs: (states / 50) * 1000 })).toMatch(/ \(50 states\/s\)$/);
    expect(toldOf({ elapsedMs: 0 })).toMatch(/ in 0\.0 s$/);
  });
});
