import { describe, expect, it } from 'vitest';
import {
  DEFAULTS,
  Explorer,
  findModel,
  type Exploration,
  type ExploreOptions,
  type Life,
  type Scenario,
} from '../../harness/index.ts';
import { shared } from './shared-catalogue.ts';

async function made(name: string): Promise<Scenario> {
  return await shared.find((entry) => entry.name === name)!.make({});
}

async function explore(
  scenario: Scenario,
  options: Partial<ExploreOptions>,
  model = 'ext4',
): Promise<Exploration> {
  return await new Explorer(scenario, findModel(model)!, { ...DEFAULTS, ...options }).explore();
}

/** The same scenario on a facade some of whose functions are other ones while it runs. */
function running(scenario: Scenario, other: (fs: Life['fs']) => Partial<Life['fs']>): Scenario {
  const run = async (life: Life): Promise<void> => {
    const own = other(life.fs);
    const fs = new Proxy(life.fs, {
      get(target, name) {
        const value: unknown = Reflect.get(own, name, own) ?? Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
    await scenario.run({ ...life, fs });
  };
  return { ...scenario, run };
}

const BOUNDED: Partial<ExploreOptions> = { tier: 'bounded', t: 1, depth: 1 };

describe('two connections of one client', () => {
  it('that both want a backup: one gets it, the other restores beside it', async () => {
    const { main, failures, closed } = await explore(await made('backup-second-connection'), {});
    const promises = main.life.acknowledged.map(({ value }) => value);
    expect(promises.filter((what) => what.startsWith('stored'))).toHaveLength(1);
    expect(promises).toContain('restored: 1');
    expect(failures).toEqual([]);
    expect(closed).toBe(true);
  });

  it('hold in all orders that depart once, after a cut in the middle that loses or keeps one effect', async () => {
    // Where the new backup takes the place of the older one, and that is taken apart.
    const options = { ...BOUNDED, orders: 1, at: { from: 50, to: 60 } };
    const { failures, counts } = await explore(await made('backup-second-connection'), options);
    expect(failures).toEqual([]);
    expect(counts.alternatives).toBeGreaterThan(100);
  });

  it("get into each other's way where there are no locks", async () => {
    let number = 0;
    // A lock goes by the device and the inode of the store.
    const unlocked = running(await made('backup-second-connection'), (fs) => ({
      stat: async (path: string) => Object.assign(await fs.stat(path), { ino: ++number }),
    }));
    await expect(explore(unlocked, {})).rejects.toThrow(/fails without any power cut: E[A-Z]+/);
  });

  it('are caught if files of the older backup go before their differences are there', async () => {
    const hasty = running(await made('backup-second-connection'), (fs) => ({
      async unlink(path: string) {
        const hidden = path.replace('/data/', '/deltas.reverse/');
        if (!path.includes('/0000001 ') || hidden === path) return await fs.unlink(path);
        await fs.rename(hidden, `${hidden}.later`);
        await fs.unlink(path);
        for (let i = 0; i < 100; i++) await fs.lstat('/');
        await fs.rename(`${hidden}.later`, hidden);
      },
    }));
    const { failures } = await explore(hasty, { ...BOUNDED, at: { from: 70, to: 200 } });
    expect(failures[0]?.verdict?.findings[0]).toMatchObject({
      invariant: 'every restore gives what was backed up',
      message: expect.stringContaining('and told: backup 1: /f: ') as string,
    });
  });
});

describe('two clients at once', () => {
  it('hold after a cut or a kill that loses or keeps one effect', async () => {
    const options = { ...BOUNDED, deaths: ['cut', 'kill'] as const };
    const { failures, nodes } = await explore(await made('backup-two-clients'), options, 'posix');
    expect(failures).toEqual([]);
    expect(nodes.length).toBeGreaterThan(100);
  });
});

describe('a store on a disk of its own', () => {
  /** The end of the life, where it restores through the other disk. */
  const RESTORING = { from: 94, to: 96 };

  it('tells of a call that fails in a restore, and loses nothing by it', async () => {
    const options = { faults: ['eio', 'enospc'] as const, at: RESTORING, ...BOUNDED };
    const { failures, nodes } = await explore(await made('backup-store-disk'), options, 'ext4@/store=ext4');
    expect(failures).toEqual([]);
    const told = nodes.filter((node) => node.acknowledged.some((what) => what.includes('and told: ')));
    expect(told.length).toBeGreaterThan(0);
  });

  it('is caught if a restore fails where no call did', async () => {
    const broken = running(await made('backup-store-disk'), (fs) => ({
      open: async (path: string, ...more: [string]) => {
        if (path.startsWith('/tmp/')) throw Object.assign(new Error('no room'), { code: 'EIO' });
        return await fs.open(path, ...more);
      },
    }));
    const { failures } = await explore(broken, { ...BOUNDED, at: { from: 93, to: 93 } }, 'ext4@/store=ext4');
    expect(failures[0]?.verdict?.findings[0]?.invariant).toBe('every restore gives what was backed up');
  });
});
