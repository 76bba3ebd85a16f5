import { describe, expect, it } from 'vitest';
import { broken, scenario, type Life, type Scenario } from '../../programs/scenario.ts';
import { explored } from '../testing/explored.ts';
import { replacing } from '../testing/registry.ts';

/** Enough for twelve copies in any mix. */
const CAP = ['--cap', '4096'];

const COPIES = Array.from({ length: 12 }, (_, i) => `/copies/${i}`);

/**
 * Copies files without a sync, writes a marker that is durable, and loses what nobody would think of: every other copy.
 * With the bystanders, which nobody syncs either, that is one of 2^34 survivals.
 */
function copying(name: string, bystanders: number): Scenario {
  return scenario({
    name,
    async setup({ fs }) {
      for (const path of ['/copies', '/bystanders', '/done']) await fs.mkdir(path);
    },
    async run({ fs }) {
      for (let i = 0; i < bystanders; i++) await fs.mkdir(`/bystanders/${i}`);
      for (const path of COPIES) await fs.mkdir(path);
      await fs.mkdir('/done/marker');
      await synced(fs, '/done');
    },
    async check({ fs }) {
      if ((await fs.readdir('/done')).length === 0) return undefined;
      const there = new Set(await fs.readdir('/copies'));
      const other = COPIES.every((_, i) => there.has(String(i)) === (i % 2 === 1));
      return other ? broken('what is done is done', 'every other copy is missing') : undefined;
    },
  });
}

async function synced(fs: Life['fs'], path: string): Promise<void> {
  const directory = await fs.open(path, 'r');
  await directory.sync();
  await directory.close();
}

describe('a verdict answers what was asked', () => {
  it('finds that every other copy may be missing, where all survivals can be looked at', async () => {
    const ran = await explored(copying('few', 0), []);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('every other copy is missing');
  });

  it('is unknown where a crash point has more survivals than are looked at, and says what it takes', async () => {
    const ran = await explored(copying('many', 22), CAP);
    expect(ran.code).toBe(2);
    expect(ran.stdout).toMatch(
      /\? posix +unknown \(not closed: \d+ of the [\d,]+ crash points of all lives were not looked at whole, as some have more than 4,096 survivals: /,
    );
    expect(ran.stdout).toContain('raise --cap, sync more often, or ask for less with --accept bounded');
    expect(ran.stdout).toMatch(/^UNKNOWN /m);
    expect(ran.stdout).not.toContain('PASS');
  });

  it('is a pass of a sample for who asks for no more, by --accept, by --tier, or by the plan of the scenario', async () => {
    for (const argv of [
      ['--accept', 'bounded'],
      ['--tier', 'bounded'],
    ]) {
      const ran = await explored(copying('many', 22), [...CAP, ...argv]);
      expect(ran.code).toBe(0);
      expect(ran.stdout).toMatch(/✓ posix +converges as far as it was looked at/);
    }
    const own = await explored(copying('many', 22), CAP, { plan: { accept: 'bounded' } });
    expect(own.code).toBe(0);
    const strict = await explored(copying('many', 22), [...CAP, '--accept', 'closure'], {
      plan: { accept: 'bounded' },
    });
    expect(strict.code).toBe(2);
  });

  it('is unknown where the budget ran out, whatever was asked for', async () => {
    for (const argv of [[], ['--accept', 'bounded']]) {
      const ran = await explored(replacing('good', true), ['--budget', '1s', ...argv], { io: { tick: 400 } });
      expect(ran.code).toBe(2);
      expect(ran.stdout).toContain('unknown (the budget ran out: give it more with --budget');
    }
  });

  it('follows --cap', async () => {
    expect((await explored(replacing('good', true), ['--cap', '2'])).code).toBe(2);
    expect((await explored(replacing('good', true), ['--cap', '64'])).code).toBe(0);
  });
});
