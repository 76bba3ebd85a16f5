import { describe, expect, it } from 'vitest';
import { DEFAULTS, Explorer, findModel } from '../../harness/index.ts';
import { takeovers } from './takeovers.ts';

describe('what a killed Burp left', () => {
  for (const entry of takeovers) {
    it(`${entry.name}: jiggle comes back from every state that posix can leave, by closure`, async () => {
      const { failures, closed } = await new Explorer(
        await entry.make({}),
        findModel('posix')!,
        DEFAULTS,
      ).explore();
      expect(failures.map((node) => node.verdict)).toEqual([]);
      expect(closed).toBe(true);
    });
  }
});
