import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../explore/options.ts';
import { Explorer } from '../../explore/explorer.ts';
import { findModel } from '../../persistence/models.ts';
import { broken, scenario, type Scenario } from '../../programs/scenario.ts';
import { openAll } from './all-models.ts';
import { editReport } from './edit-report.ts';
import { remedyFor, type Remedy } from './remedy.ts';
import { jobFor } from './testing/jobs.ts';
import { PROTOCOLS } from './testing/protocols.ts';

async function fixed(made: Scenario, models = ['posix']): Promise<Remedy> {
  return await remedyFor(
    await openAll(
      made,
      models.map((model) => jobFor(made, model)),
      {},
    ),
  );
}

async function closes(made: Scenario): Promise<boolean> {
  const options = { ...DEFAULTS, bail: 1 };
  return (await new Explorer(made, findModel('posix')!, options).explore()).closed;
}

function bits(set: number): number {
  return set.toString(2).replaceAll('0', '').length;
}

/** A mark says that the data is there, and is made first. */
const markedFirst = scenario({
  name: 'marked-first',
  async run({ fs }) {
    await fs.writeFile('/ready', '');
    await fs.writeFile('/data', 'x');
  },
  async check({ fs }) {
    const names = await fs.readdir('/');
    const data = names.includes('data') ? await fs.readFile('/data', 'utf8') : '';
    return names.includes('ready') && data !== 'x'
      ? broken('ready means ready', `data is "${data}"`)
      : undefined;
  },
});

/** A file is overwritten where it is, in one call. */
function inPlace(check: (text: string) => boolean): Scenario {
  return scenario({
    name: 'in-place',
    setup: async ({ fs }) => await fs.writeFile('/file', 'a'.repeat(5000)),
    async run({ fs }) {
      const file = await fs.open('/file', 'r+');
      await file.write(Buffer.from('b'.repeat(5000)));
      await file.close();
    },
    async check({ fs }) {
      const text = await fs.readFile('/file', 'utf8');
      return check(text) ? undefined : broken('the file is whole', `it has ${text.length} bytes`);
    },
  });
}

describe('the remedy of a program that breaks', () => {
  for (const { name, syncs, make } of PROTOCOLS) {
    it(`takes no more syncs than ${name} has itself that would mend it, whichever it leaves out`, async () => {
      const held: boolean[] = [];
      for (let made = 0; made < 1 << syncs; made++)
        held.push(await closes(make((sync) => (made & (1 << sync)) !== 0)));
      for (const [made, holds] of held.entries()) {
        // A few of them are enough, but the empty one is always looked at.
        if (holds || made % 3 !== 0) continue;
        const own = held.flatMap((each, more) =>
          each && (more & made) === made ? [bits(more) - bits(made)] : [],
        );
        const remedy = await fixed(make((sync) => (made & (1 << sync)) !== 0));
        expect(remedy, `${name} with ${made.toString(2)}`).toMatchObject({
          type: 'mended',
          change: undefined,
          proved: true,
        });
        expect(remedy.type === 'mended' && remedy.added.length).toBeGreaterThan(0);
        expect(remedy.type === 'mended' && remedy.added.length).toBeLessThanOrEqual(Math.min(...own));
      }
    });
  }

  it('is nothing for one that does not break', async () => {
    const remedy = await fixed(PROTOCOLS[0]!.make(() => true));
    expect(remedy).toMatchObject({ type: 'mended', added: [] });
  });

  it('names the line, the file and the moment: before the rename, the file that is renamed', async () => {
    const remedy = await fixed(
      PROTOCOLS[0]!.make((sync) => sync !== 0),
      ['ext4', 'xfs', 'btrfs', 'posix'],
    );
    expect(remedy.type).toBe('mended');
    const [edit, ...others] = remedy.type === 'mended' ? remedy.added.map(editReport) : [];
    expect(others).toEqual([]);
    expect(edit).toMatchObject({
      when: 'before',
      kind: 'rename',
      target: 'file',
      path: '/tmp',
      parts: ['run'],
      calls: 1,
    });
    expect(edit!.places[0]!.file).toBe('harness/runs/syncs/testing/protocols.ts');
  });

  it('is a temporary file and a rename where a file is overwritten', async () => {
    const remedy = await fixed(inPlace((text) => text === 'a'.repeat(5000) || text === 'b'.repeat(5000)));
    expect(remedy).toMatchObject({
      type: 'mended',
      change: { change: { type: 'replace' } },
      added: [],
      proved: true,
    });
  });

  it('is another order of two ops where what is promised comes first, with the syncs that keep it', async () => {
    const remedy = await fixed(markedFirst);
    expect(remedy).toMatchObject({ type: 'mended', change: { change: { type: 'order', op: 1, after: 3 } } });
    expect(remedy.type === 'mended' && remedy.change!.text).toMatch(
      /^do op 3, write \/data .* before op 1, create \/ready /,
    );
    expect(remedy.type === 'mended' && remedy.added.length).toBeGreaterThan(0);
  });

  it('is none that can be tried where one call is torn and nothing may be renamed: a checksum', async () => {
    const made = scenario({
      name: 'torn',
      setup: async ({ fs }) => await fs.writeFile('/file', 'a'.repeat(5000)),
      async run({ fs }) {
        const file = await fs.open('/file', 'a');
        await file.write(Buffer.from('b'.repeat(5000)));
        await file.close();
        await fs.link('/file', '/same');
      },
      async check({ fs }) {
        const text = await fs.readFile('/file', 'utf8');
        return [5000, 10_000].includes(text.length) && !text.includes('\0')
          ? undefined
          : broken('records are whole', `it has ${text.length} bytes`);
      },
    });
    const remedy = await fixed(made);
    expect(remedy.type).toBe('no sync helps');
    expect(remedy.type === 'no sync helps' && remedy.hints[0]).toMatch(/^a checksum: /);
  });

  it('is a change of recovery where the program goes through a state that nothing can keep from the disk', async () => {
    const made = scenario({
      name: 'gone',
      setup: async ({ fs }) => await fs.writeFile('/file', 'a'),
      async run({ fs }) {
        await fs.unlink('/file');
        await fs.mkdir('/file');
      },
      check: async ({ fs }) =>
        (await fs.readdir('/')).includes('file') ? undefined : broken('it is always there', 'it is not'),
    });
    const remedy = await fixed(made);
    expect(remedy.type === 'no sync helps' && remedy.hints[0]).toMatch(
      /^recovery: when the power goes after op 1/,
    );
  });
});
