import { describe, expect, it } from 'vitest';
import { posix } from '../persistence/models/posix.ts';
import { Explorer } from './explorer.ts';
import { DEFAULTS } from './options.ts';
import { scenario, type Life, type Scenario } from '../programs/scenario.ts';

const NAMES = ['a', 'b', 'c', 'd'];

/** A program that moves a directory to the trash and deletes it, and a recovery that empties the trash. */
function trashing(peek: (fs: Life['fs']) => Promise<void> = async () => undefined): Scenario {
  const empty = async ({ fs }: Pick<Life, 'fs'>): Promise<void> => {
    if (!(await fs.readdir('/')).includes('trash')) return;
    await peek(fs);
    for (const name of await fs.readdir('/trash')) await fs.unlink(`/trash/${name}`);
    await fs.rmdir('/trash');
    const root = await fs.open('/', 'r');
    await root.sync();
    await root.close();
  };
  return scenario({
    name: 'trashing',
    dontCare: ['/trash'],
    async setup({ fs }) {
      await fs.mkdir('/kept');
      await fs.mkdir('/old');
      for (const name of NAMES) await fs.writeFile(`/old/${name}`, name);
    },
    async run(life) {
      await life.fs.rename('/old', '/trash');
      const root = await life.fs.open('/', 'r');
      await root.sync();
      await root.close();
      await empty(life);
    },
    recover: empty,
    check: async () => undefined,
  });
}

async function explore(each: Scenario, dontCare: boolean): ReturnType<Explorer['explore']> {
  return await new Explorer(each, posix, { ...DEFAULTS, dontCare }).explore();
}

describe("a don't-care region", () => {
  it('makes fewer states of the same space, with the same verdict', async () => {
    const exact = await explore(trashing(), false);
    const merged = await explore(trashing(), true);
    expect([exact.closed, merged.closed]).toEqual([true, true]);
    expect([exact.failures, merged.failures]).toEqual([[], []]);
    expect(exact.counts.states).toBeGreaterThan(2 ** NAMES.length);
    expect(merged.counts.states).toBeLessThan(6);
  });

  it('is void if recovery reads a file in it', async () => {
    const reader = trashing(async (fs) => {
      for (const name of await fs.readdir('/trash')) await fs.readFile(`/trash/${name}`);
    });
    const { failures } = await explore(reader, true);
    expect(failures[0]?.verdict?.outcome).toBe('unknown');
    expect(failures[0]?.verdict?.findings[0]?.message).toMatch(
      /^recovery does look into it: readFile \/trash/,
    );
    expect((await explore(reader, false)).failures).toEqual([]);
  });

  it('is void if recovery carries something out of it', async () => {
    const saver = trashing(async (fs) => {
      if ((await fs.readdir('/trash')).includes('a')) await fs.rename('/trash/a', '/kept/a');
    });
    const { failures } = await explore(saver, true);
    expect(failures[0]?.verdict?.findings[0]?.message).toContain('rename /trash/a');
  });

  it('is void if recovery ends differently by what it holds, though only names were looked at', async () => {
    const counter = trashing(async (fs) => {
      if ((await fs.readdir('/trash')).length % 2 === 1) await fs.mkdir('/kept/odd', { recursive: true });
    });
    const { failures, counts } = await explore(counter, true);
    expect(counts.compared).toBeGreaterThan(0);
    expect(failures[0]?.verdict?.findings[0]?.message).toContain('end differently');
  });

  it('is only made use of on demand', async () => {
    expect((await explore(trashing(), false)).counts.masked).toBe(0);
  });
});
