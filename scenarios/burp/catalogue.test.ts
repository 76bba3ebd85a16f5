import { describe, expect, it } from 'vitest';
import { DEFAULTS, Explorer, models } from '../../harness/index.ts';
import { burp } from './catalogue.ts';

/** What each twin is first caught at, and where it is known from. */
const CAUGHT_AT: Readonly<Record<string, string>> = {
  'burp-ordering': 'every listed backup restores byte for byte',
  'burp-early-answer': 'nothing acknowledged is lost',
  'burp-delete-only': 'current is the newest complete backup',
  'burp-inflate': 'every listed backup restores byte for byte',
};

describe("Burp's twins", () => {
  for (const entry of burp) {
    for (const model of models) {
      const breaks = entry.breaksUnder?.includes(model.name) ?? false;
      it(`${entry.name} ${breaks ? 'is caught' : 'survives any two cuts'} under ${model.name}`, async () => {
        // One cut is enough to catch them all; two, under the weak models, only take longer.
        const options = { ...DEFAULTS, ...entry.plan, ...(breaks ? { depth: 1 } : { recheck: 7 }) };
        const result = await new Explorer(await entry.make({}), model, options).explore();
        const found = result.failures.map((node) => node.verdict?.findings[0]?.invariant);
        if (!breaks) {
          expect(found).toEqual([]);
          expect({
            stopped: result.stopped,
            depth: result.counts.depth,
            bounded: result.counts.bounded,
          }).toEqual({ stopped: undefined, depth: 2, bounded: 0 });
        } else if (model.name === 'process-kill' || entry.name === 'burp-ordering') {
          expect(found).toEqual([CAUGHT_AT[entry.name]]);
        } else {
          expect(found).toHaveLength(1);
        }
      });
    }
  }
});
