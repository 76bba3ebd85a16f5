import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createFs, fsOf } from './fs.ts';
import { broken, DEFAULTS, Explorer, findModel, type Life, scenario, type Scenario } from './index.ts';

type Fs = ReturnType<typeof fsOf>;

/** Saves by what it is given: a function that has never heard of promises. */
function saves(save: (fs: Fs) => unknown, more: Partial<Scenario> = {}): Scenario {
  return scenario({
    name: 'saves',
    setup: ({ fs }) => fs.writeFile('/f', 'old'),
    run: async (life) => void (await save(fsOf(life))),
    async check(disk) {
      const text = fsOf(disk).readFileSync('/f', 'utf8');
      return ['old', 'new'].includes(text) ? undefined : broken('old or new', JSON.stringify(text));
    },
    ...more,
  });
}

async function failures(scenario: Scenario, options = {}): Promise<number> {
  const { failures, closed } = await new Explorer(scenario, findModel('ext4')!, {
    ...DEFAULTS,
    ...options,
  }).explore();
  expect(closed || failures.length > 0).toBe(true);
  return failures.length;
}

describe("fsOf gives all of node:fs on a life's disk", () => {
  it.each([
    ['synchronous calls', async (fs: Fs) => fs.writeFileSync('/f.tmp', 'new', { flush: true })],
    ['callbacks', (fs: Fs) => promisify(fs.writeFile)('/f.tmp', 'new', { flush: true })],
    ['promises', (fs: Fs) => fs.promises.writeFile('/f.tmp', 'new', { flush: true })],
  ])('%s: what is synced before it is renamed survives', async (_form, write) => {
    const save = async (fs: Fs): Promise<void> => {
      await write(fs);
      fs.renameSync('/f.tmp', '/f');
    };
    expect(await failures(saves(save))).toBe(0);
  });

  it('and what is not is caught', async () => {
    const unsynced = (fs: Fs): void => {
      fs.writeFileSync('/f.tmp', 'new');
      fs.renameSync('/f.tmp', '/f');
    };
    expect(await failures(saves(unsynced))).toBeGreaterThan(0);
  });

  it('on the disk that the life sees, and to nobody when the life is over', async () => {
    let kept: Life | undefined;
    const both = saves(() => {}, {
      async run(life) {
        kept = life;
        await life.fs.writeFile('/g', 'x');
        expect(fsOf(life).readFileSync('/g', 'utf8')).toBe('x');
      },
    });
    expect(await failures(both)).toBe(0);
    expect(() => fsOf(kept!)).toThrow('this life is over');
  });

  it("but not around the watch over what a don't-care region is asked for", async () => {
    const region = saves((fs) => fs.writeFileSync('/f', 'new'), {
      dontCare: ['/trash'],
      recover: async (life) => void fsOf(life).existsSync('/trash/x'),
    });
    const exploration = await new Explorer(region, findModel('ext4')!, {
      ...DEFAULTS,
      dontCare: true,
    }).explore();
    const messages = exploration.nodes.flatMap(({ verdict }) =>
      verdict?.findings.map((each) => each.message),
    );
    expect(messages.join()).toContain("don't-care regions");
  });
});

describe('createFs gives a node:fs over a disk of its own', () => {
  it("with Linux' errors, and nothing of another", async () => {
    const [one, other] = [createFs(), createFs()];
    one.mkdirSync('/d');
    await one.promises.writeFile('/d/f', 'x');
    expect(one.readdirSync('/d')).toEqual(['f']);
    expect(() => one.rmdirSync('/d')).toThrow('ENOTEMPTY: directory not empty, rmdir');
    expect(other.readdirSync('/')).toEqual([]);
  });
});
