import { describe, expect, it } from 'vitest';
import { broken, scenario, type Scenario } from '../../programs/scenario.ts';
import { explored } from '../testing/explored.ts';

/** A file is rewritten in place, or made by writing it under its own name: a kill in between leaves it empty. */
function rewriting(content: string | undefined): Scenario {
  return scenario({
    name: 'rewriting',
    async setup({ fs }) {
      if (content !== undefined) await fs.writeFile('/settings', content);
      await fs.writeFile('/other', 'as ever');
    },
    run: async ({ fs }) => await fs.writeFile('/settings', 'the new settings'),
    async check({ fs }) {
      if (!(await fs.readdir('/')).includes('settings')) return undefined;
      const text = await fs.readFile('/settings', 'utf8');
      if (text === content || text === 'the new settings') return undefined;
      return broken('settings are old or new', `they are ${JSON.stringify(text)}`);
    },
  });
}

const KILL = ['--model', 'process-kill'];

describe('a story of a file that is cut short and written again', () => {
  it('shows what it held before it was emptied', async () => {
    const { code, stdout } = await explored(rewriting('the old ones'), KILL);
    expect(code).toBe(1);
    expect(stdout).not.toContain('The trees are the same before and after');
    expect(stdout).toMatch(
      /^ +path +before it was cut short +the program saw +the disk held +after recovery$/m,
    );
    expect(stdout).toMatch(/^ +\/settings +12 B [0-9a-f]{8} "the old ones" +empty +empty +empty$/m);
    expect(stdout).toContain('1 path the same in all columns');
  });

  it('shows that there was nothing before, where the file is a new one', async () => {
    const { stdout } = await explored(rewriting(undefined), KILL);
    expect(stdout).not.toContain('The trees are the same before and after');
    expect(stdout).toMatch(/^ +\/settings +- +empty +empty +empty$/m);
  });

  it('has no such column where nothing was cut short', async () => {
    const wrong = scenario({
      name: 'wrong',
      run: async ({ fs }) => await fs.mkdir('/wrong').then(() => undefined),
      check: async ({ fs }) =>
        (await fs.readdir('/')).length > 0 ? broken('nothing is there', 'something is') : undefined,
    });
    const { stdout } = await explored(wrong, KILL);
    expect(stdout).not.toContain('before it was cut short');
    expect(stdout).toContain('The trees are the same before and after: 1 path.');
  });
});
