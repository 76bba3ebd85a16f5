import { describe, expect, it } from 'vitest';
import { broken, scenario, type Scenario } from '../../programs/scenario.ts';
import { explored } from '../testing/explored.ts';
import { replacing } from '../testing/registry.ts';

describe('--at', () => {
  it('refuses a crash point that the life does not have, in one line that says which it has', async () => {
    for (const at of ['99999', '6', '99999..', '6..8']) {
      const ran = await explored(replacing('good', true), ['--at', at]);
      expect(ran.code).toBe(254);
      expect(ran.stderr).toMatch(
        /^blackout: --at \d+[.\d]*: good has 5 ops, so its crash points are 0 to 5\n$/,
      );
      expect(ran.stdout).not.toContain('PASS');
    }
  });

  it('takes the last one, and a range that goes past it, and claims no more than there is', async () => {
    expect((await explored(replacing('good', true), ['--at', '5'])).code).toBe(0);
    const ran = await explored(replacing('good', true), ['--at', '4..99999']);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain('only crash points 4 to 5 of the main life');
    expect(ran.stdout).toContain('left out: crash points before 4.');
  });
});

/** Writes the wrong thing; the wrong thing is durable, so that no cut is needed for it to be there. */
function wrong(where: 'setup' | 'run' | 'nowhere'): Scenario {
  const name = where === 'nowhere' ? 'in-place' : `wrong-in-${where}`;
  return scenario({
    name,
    setup: async ({ fs }) => await fs.writeFile('/file', where === 'setup' ? 'bad' : 'old'),
    run: async ({ fs }) => await fs.writeFile('/file', where === 'run' ? 'bad' : 'new', { flush: true }),
    async check({ fs }) {
      const text = await fs.readFile('/file', 'utf8');
      return text === 'old' || text === 'new' || (text === '' && where !== 'nowhere')
        ? undefined
        : broken('the file is old or new', `it holds ${JSON.stringify(text)}`);
    },
  });
}

describe('a state that fails although nothing was lost', () => {
  it('is said to fail without any cut, if what the program leaves at its end fails too', async () => {
    const ran = await explored(wrong('run'), ['--model', 'process-kill']);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/✗ process-kill +DOES NOT CONVERGE, even without any cut: /);
    expect(ran.stdout).toContain(
      'It fails without any cut: what the program leaves when it has run to its end fails too.',
    );
  });

  it('is said to fail without any cut, if the disk fails as setup left it', async () => {
    const ran = await explored(wrong('setup'), ['--model', 'process-kill']);
    expect(ran.stdout).toContain('DOES NOT CONVERGE, even without any cut');
    expect(ran.stdout).toContain('It fails without any cut: the disk fails as setup left it.');
  });

  it('is said to need the cut, if the program left alone comes to a good end', async () => {
    const ran = await explored(wrong('nowhere'), ['--model', 'process-kill']);
    expect(ran.code).toBe(1);
    expect(ran.stdout).not.toContain('without any cut');
    expect(ran.stdout).toContain('Nothing had to be lost: the cut alone is enough.');
  });
});
