import { describe, expect, it } from 'vitest';
import { DEFAULTS, Explorer, models } from '../../harness/index.ts';
import { burp } from './catalogue.ts';

/** The invariant that each twin breaks first, where there is only one way to come to it. */
const BREAKS: Readonly<Record<string, { readonly under: readonly string[]; readonly invariant: string }>> = {
  'burp-ordering': {
    under: ['posix', 'alice'],
    invariant: 'every listed backup restores byte for byte',
  },
  'burp-early-answer': {
    under: ['process-kill', 'sequential'],
    invariant: 'nothing acknowledged is lost',
  },
  'burp-delete-only': {
    under: ['process-kill', 'sequential', 'posix', 'alice'],
    invariant: 'current is the newest complete backup',
  },
  'burp-inflate': {
    under: ['process-kill', 'sequential', 'posix', 'alice'],
    invariant: 'every listed backup restores byte for byte',
  },
};

/** One of each sort: the others lie between them. */
const LOOKED_AT = ['process-kill', 'sequential', 'ext4', 'xfs', 'btrfs', 'posix', 'alice'];

describe("Burp's twins", () => {
  for (const entry of burp) {
    for (const model of models.filter(({ name }) => LOOKED_AT.includes(name))) {
      const breaks = entry.breaksUnder?.includes(model.name) ?? false;
      it(`${entry.name} ${breaks ? 'is caught' : 'survives any two cuts'} under ${model.name}`, async () => {
        const options = { ...DEFAULTS, ...entry.plan, ...(breaks ? {} : { depth: 2, recheck: 7 }) };
        const result = await new Explorer(await entry.make({}), model, options).explore();
        const verdicts = result.failures.map((node) => node.verdict);
        expect(verdicts).toHaveLength(breaks ? 1 : 0);
        expect(verdicts[0]?.outcome).not.toBe('unknown');
        const expected = BREAKS[entry.name];
        if (expected?.under.includes(model.name))
          expect(verdicts[0]?.findings[0]?.invariant).toBe(expected.invariant);
        if (breaks) return;
        const { depth, bounded } = result.counts;
        expect({ stopped: result.stopped, depth, bounded }).toEqual({
          stopped: undefined,
          depth: 2,
          bounded: 0,
        });
      });
    }
  }
});
