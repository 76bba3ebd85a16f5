import { describe, expect, it } from 'vitest';
import './vitest.ts';
import {
  assertSurvivesPowerCuts,
  broken,
  explorePowerCuts,
  models,
  PowerCutFailure,
  type PlainModelName,
  scenario,
  type Scenario,
} from './index.ts';

/** A save that is synced, or not. */
function save(flush: boolean, name = 'saves'): Scenario {
  return scenario({
    name,
    setup: ({ fs }) => fs.writeFile('/f', 'old'),
    async run({ fs }) {
      await fs.writeFile('/f.tmp', 'new', { flush });
      await fs.rename('/f.tmp', '/f');
    },
    async check({ fs }) {
      const text = await fs.readFile('/f', 'utf8');
      return text === 'old' || text === 'new' ? undefined : broken('old or new', JSON.stringify(text));
    },
  });
}

/** A check that can't tell. */
const unclear = scenario({
  ...save(true),
  async check() {
    throw new TypeError('I can not tell');
  },
});

async function messageOf(run: () => Promise<unknown>): Promise<string> {
  return await run().then(
    () => 'nothing was thrown',
    (error: Error) => error.message,
  );
}

describe('expect(scenario).toSurvivePowerCuts()', () => {
  it('holds for what survives, under each of the models', async () => {
    await expect(save(true)).toSurvivePowerCuts({ models: ['ext4', 'posix'] });
    await expect(save(true)).toSurvivePowerCuts();
  });

  it('fails with the story and the line that plays it again', async () => {
    const message = await messageOf(
      async () => await expect(save(false)).toSurvivePowerCuts({ models: ['ext4', 'posix'] }),
    );
    expect(message.split('\n')[0]).toBe('saves does not survive power cuts');
    expect(message).toContain('✗ ext4   DOES NOT CONVERGE');
    expect(message).toContain('the power goes off here, after op 3');
    expect(message).toContain('A sync that would have prevented it: fsync /f.tmp right after op 2.');
    expect(message).toMatch(
      /reproduce: run this test with BLACKOUT_REPRO='saves:ext4:[^']+' in its environment/,
    );
    expect(message).toContain('Looked at under ext4 and posix: every state');
  });

  it('with .not holds for a twin that is known to break, and for it alone', async () => {
    await expect(save(false)).not.toSurvivePowerCuts({ models: ['ext4'] });
    const message = await messageOf(async () => await expect(save(true)).not.toSurvivePowerCuts());
    expect(message).toContain('saves survives power cuts');
  });

  it('is not fooled by what is not known: it fails both ways', async () => {
    for (const expected of [expect(unclear), expect(unclear).not]) {
      const message = await messageOf(async () => await expected.toSurvivePowerCuts({ models: ['ext4'] }));
      expect(message).toContain('saves is not known to survive power cuts');
      expect(message).toContain('I can not tell');
    }
    const late = await messageOf(async () => await expect(save(true)).toSurvivePowerCuts({ budget: -1 }));
    expect(late).toContain('is not known to survive');
  });

  it('wants a scenario, and a model that there is', async () => {
    expect(await messageOf(async () => await expect(3).toSurvivePowerCuts())).toContain(
      'this is no scenario',
    );
    const wrong = async (): Promise<void> =>
      // @ts-expect-error There is no such model, and whoever writes it is told before anything runs.
      await expect(save(true)).toSurvivePowerCuts({ models: ['ext5'] });
    expect(await messageOf(wrong)).toContain('unknown model "ext5": did you mean "ext4"?');
    // @ts-expect-error Nor is there such an option.
    void (async () => await expect(save(true)).toSurvivePowerCuts({ model: ['ext4'] }));
  });

  it('knows all models by their names', () => {
    const names: Record<PlainModelName, true> = {
      'process-kill': true,
      sequential: true,
      'ext4-journal': true,
      ext4: true,
      'ext4-noauto': true,
      'ext4-writeback': true,
      'ext4-writeback-noauto': true,
      xfs: true,
      btrfs: true,
      posix: true,
      alice: true,
    };
    expect(Object.keys(names)).toEqual(models.map(({ name }) => name));
  });
});

describe('assertSurvivesPowerCuts', () => {
  it('throws what the matcher fails with', async () => {
    await assertSurvivesPowerCuts(save(true));
    const failing = assertSurvivesPowerCuts(save(false), { models: ['ext4'] });
    await expect(failing).rejects.toBeInstanceOf(PowerCutFailure);
    const [one, other] = [
      await messageOf(async () => await assertSurvivesPowerCuts(save(false), { models: ['ext4'] })),
      await messageOf(async () => await expect(save(false)).toSurvivePowerCuts({ models: ['ext4'] })),
    ];
    const timeless = (text: string): string => text.replace(/ in [\d.]+ \S+ \([\d,]+ states\/s\)/g, '');
    expect(timeless(one)).toBe(timeless(other));
  });

  it('names the command instead, for a scenario that a module exports', async () => {
    const message = await messageOf(
      async () => await assertSurvivesPowerCuts(save(false), { models: ['ext4'], from: 'file:///a/b.js' }),
    );
    expect(message).toMatch(/reproduce: npx blackout repro 'saves:ext4:[^']+' --from \/a\/b\.js/);
  });

  it('plays one story again if its environment says so, and leaves other scenarios alone', async () => {
    const { text } = await explorePowerCuts(save(false), { models: ['ext4'] });
    process.env['BLACKOUT_REPRO'] = /BLACKOUT_REPRO='([^']+)'/.exec(text)![1]!;
    try {
      const again = await explorePowerCuts(save(false));
      expect(again.verdict).toBe('counterexample');
      expect(again.text).toMatch(/^saves under ext4: corrupt\n/);
      expect((await explorePowerCuts(save(true, 'other'))).text).toContain('PASS');
      // The same name, and another program by now.
      await expect(explorePowerCuts(save(true))).rejects.toThrow('changed since');
    } finally {
      delete process.env['BLACKOUT_REPRO'];
    }
  });
});
