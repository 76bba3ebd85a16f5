import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from './events.ts';
import { foldEvents } from './model.ts';
import { NoReport, readEvents } from './read-events.ts';
import { sampleBytes, sampleEvents, writtenBy } from './testing/sample.ts';

const bytes = sampleBytes();
const lines = Buffer.from(bytes).toString().trimEnd().split('\n');

function damageOf(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'damage' ? [event.text] : []));
}

function read(texts: readonly string[]): readonly RunEvent[] {
  return readEvents(Buffer.from(`${texts.join('\n')}\n`)).events;
}

/** The lines with one of them replaced; `edit` gets the event that it holds. */
function edited(type: RunEvent['type'], edit: (event: never) => unknown): readonly RunEvent[] {
  const at = lines.findIndex((line) => (JSON.parse(line) as RunEvent).type === type);
  const event = JSON.parse(lines[at]!) as never;
  return read(lines.with(at, JSON.stringify(edit(event))));
}

describe('a file of events', () => {
  it('that is whole is read whole', () => {
    const events = sampleEvents();
    expect(damageOf(events)).toEqual([]);
    expect(events).toEqual(lines.map((line) => JSON.parse(line) as unknown));
  });

  it('that is cut off anywhere says where, keeps what is whole, and is no pass', () => {
    fc.assert(
      fc.property(fc.integer({ min: lines[0]!.length + 1, max: bytes.length - 2 }), (length) => {
        const events = readEvents(bytes.subarray(0, length)).events;
        const damage = damageOf(events);
        expect(damage.at(-1)).toContain(`the file ends at byte ${length} without its end`);
        const whole = Buffer.from(bytes.subarray(0, length)).toString().split('\n').length - 1;
        const kept = events.filter((event) => event.type !== 'damage').length;
        expect([whole, whole + 1]).toContain(kept);
        expect(foldEvents(events).verdict).not.toBe('converged');
      }),
      { numRuns: 30 },
    );
  });

  it('with any bytes overwritten is read or refused, and shown by every writer', async () => {
    const noise = fc.record({
      at: fc.integer({ min: 0, max: bytes.length - 1 }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(noise, { minLength: 1, maxLength: 3 }), async (noises) => {
        const copy = Uint8Array.from(bytes);
        for (const each of noises) copy.set(each.bytes.subarray(0, copy.length - each.at), each.at);
        let events: readonly RunEvent[];
        try {
          events = readEvents(copy).events;
        } catch (error) {
          expect(error).toBeInstanceOf(NoReport);
          return;
        }
        for (const name of ['terminal', 'markdown', 'junit', 'github', 'json']) {
          const end = events.filter((event) => event.type !== 'run-end' || name !== 'terminal');
          await writtenBy(name, end);
        }
        for (const { graph } of foldEvents(events).runs) graph.edges(-1);
      }),
      { numRuns: 25 },
    );
  });

  it('that begins otherwise is refused, with what is wrong', () => {
    expect(() => readEvents(new Uint8Array())).toThrow(new NoReport('the file is empty'));
    expect(() => read(['hello'])).toThrow(
      'line 1 (from byte 0 on) is not the start of a report: it is not JSON: hello',
    );
    expect(() => read(lines.slice(1))).toThrow('it comes before the start');
    const old = JSON.stringify({ schemaVersion: 1, runs: [] });
    expect(() => read([old])).toThrow('it has version 1, and this is version 2');
  });

  it('with a line that is not JSON, not UTF-8 or no event names the line and its byte', () => {
    const offset = lines.slice(0, 3).join('\n').length + 1;
    const where = `line 4 (from byte ${offset} on)`;
    expect(damageOf(read(lines.with(3, '{"type":')))[0]).toBe(`${where}: it is not JSON: {"type":`);
    expect(damageOf(read(lines.with(3, '{"type":"what"}')))[0]).toMatch(/^line 4 .*: type: /);
    const broken = Buffer.from(lines.with(3, '????').join('\n'));
    broken.set([0xff, 0xfe], broken.indexOf('????'));
    expect(damageOf(readEvents(broken).events)[0]).toBe(`${where}: it is not UTF-8`);
  });

  it('whose graph points where nothing is is told of, and not followed', () => {
    const wrong = [
      edited('states', (event: { parents: number[] }) => ({
        ...event,
        parents: event.parents.map(() => 1e6),
      })),
      edited('states', (event: { first: number }) => ({ ...event, first: 7 })),
      edited('states', (event: { cuts: number[] }) => ({ ...event, cuts: event.cuts.slice(1) })),
      edited('configurations', (event: { bases: number[] }) => ({
        ...event,
        bases: event.bases.map((_, i) => i),
      })),
      edited('configurations', (event: { members: number[][] }) => ({
        ...event,
        members: event.members.with(0, [1e6]),
      })),
      edited('lives', () => ({ type: 'lives', run: 0, lives: [[1, 1, 0, 0, 0, 0]] })),
      edited('lives', () => ({ type: 'lives', run: 0, lives: [[0, -1, 0, 0, 0, 1e6]] })),
      edited('run-end', (event: { heat: string }) => ({ ...event, heat: `${event.heat}.` })),
      edited('run-end', (event: { run: number }) => ({ ...event, run: 99 })),
      edited('cause', (event: object) => ({ ...event, state: 1e6 })),
    ];
    for (const events of wrong) {
      expect(damageOf(events)[0]).toMatch(/^line \d+ \(from byte \d+ on\): the [a-z-]+ event does not fit: /);
      expect(foldEvents(events).verdict).toBe('counterexample');
    }
  });

  it('that lost the line of a failing run is not a pass', () => {
    const passing = lines.filter((line) => {
      const event = JSON.parse(line) as RunEvent;
      return !('run' in event) || event.run === 2 || (event.run === 1 && event.type !== 'run-end');
    });
    expect(foldEvents(read(passing)).verdict).toBe('unknown');
    const without = passing.filter((line) => (JSON.parse(line) as { run?: number }).run !== 1);
    expect(foldEvents(read(without)).verdict).toBe('converged');
  });
});
