import { describe, expect, it } from 'vitest';
import { DEFAULTS, Explorer, findModel } from '../../harness/index.ts';
import { backups } from './catalogue.ts';

/** Some hundred recoveries of long ones: `blackout run` closes it, in CI and by default, and a test need not do it again. */
const LEFT_TO_RUN = ['backup-eighteen'];

describe('the backup stories', () => {
  for (const entry of backups.filter(({ byDefault, name }) => byDefault && !LEFT_TO_RUN.includes(name))) {
    it(`${entry.name} converges from every state that posix can leave, by closure`, async () => {
      const { failures, closed } = await new Explorer(
        await entry.make({}),
        findModel('posix')!,
        DEFAULTS,
      ).explore();
      expect(failures.map((node) => node.verdict)).toEqual([]);
      expect(closed).toBe(true);
    });

    const breaks = entry.breaksUnder?.includes('alice') ?? false;
    it(`${entry.name} ${breaks ? 'breaks' : 'converges'} under alice, as the catalogue says`, async () => {
      const result = await new Explorer(await entry.make({}), findModel('alice')!, DEFAULTS).explore();
      expect(result.failures).toHaveLength(breaks ? 1 : 0);
      expect(result.closed).toBe(!breaks);
    });
  }
});
