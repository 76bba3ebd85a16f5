import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Image } from '../../disk/image/image.ts';
import { Explorer } from '../../explore/explorer.ts';
import type { Exploration } from '../../explore/exploration.ts';
import { DEFAULTS } from '../../explore/options.ts';
import { ScenarioError } from '../../explore/main-life.ts';
import { ext4 } from '../../persistence/models/ext4.ts';
import { broken, type Findings, type Scenario } from '../scenario.ts';
import { program, type ProgramDefinition } from './program.ts';
import { live, type Loaded, MODULES } from './testing/live.ts';
import type * as saving from './testing/modules/save.ts';

const nothing = async (): Promise<void> => {};

function settings(part: Partial<ProgramDefinition<typeof saving>>): Scenario {
  return program<typeof saving>({
    name: 'settings',
    load: () => import('./testing/modules/save.ts'),
    from: import.meta.url,
    setup: async ({ fs }) => fs.writeFileSync('/data/settings.json', '{"theme":"light"}'),
    run: async ({ load }) => (await load()).save('/data/settings.json', { theme: 'dark' }),
    async check({ fs }): Promise<Findings> {
      const text = fs.readFileSync('/data/settings.json', 'utf8');
      const valid = ['{"theme":"light"}', '{"theme":"dark"}'].includes(text);
      if (!valid) return broken('the settings are old or new', JSON.stringify(text));
      return undefined;
    },
    ...part,
  });
}

async function explore(scenario: Scenario): Promise<Exploration> {
  return await new Explorer(scenario, ext4, { ...DEFAULTS }).explore();
}

function verdicts(exploration: Exploration): readonly string[] {
  return [...new Set(exploration.nodes.flatMap(({ verdict }) => verdict?.outcome ?? []))].sort();
}

describe('an unmodified module', () => {
  it('that saves its settings in three steps survives every power cut; it is TypeScript', async () => {
    const exploration = await explore(settings({}));
    expect([exploration.closed, verdicts(exploration)]).toEqual([true, ['converged']]);
    expect(exploration.counts.mainOps).toBe(4);
  });

  it('that leaves out the sync is caught', async () => {
    const exploration = await explore(
      settings({
        run: async ({ load }) => (await load()).saveUnsynced('/data/settings.json', { theme: 'dark' }),
      }),
    );
    expect(verdicts(exploration)).toContain('corrupt');
  });

  it('that saves later, with nobody waiting for it, is not missed', async () => {
    const exploration = await explore(
      settings({
        run: async ({ load }) => (await load()).saveLater('/data/settings.json', { theme: 'dark' }),
      }),
    );
    expect(verdicts(exploration)).toContain('corrupt');
  });

  it('may be named from where the scenario stands, without saying where that is', async () => {
    const here = program<Loaded>({
      name: 'here',
      load: './testing/modules/save.ts',
      run: async ({ load }) => void (await (await load())['save']!('/data/x', {})),
      check: nothing,
    });
    expect((await explore(here)).closed).toBe(true);
  });

  it('that does nothing on the simulated disk is no pass', async () => {
    const elsewhere = settings({ run: async ({ load }) => void (await load()) });
    await expect(explore(elsewhere)).rejects.toThrow(ScenarioError);
    await expect(explore(elsewhere)).rejects.toThrow('changes nothing on the simulated disk');
  });

  it('must be named in words', () => {
    const name = './x.js';
    expect(() => settings({ load: async () => await import(name) })).toThrow('names no module');
  });
});

describe('every life', () => {
  it('begins with modules, global names and a process of its own', async () => {
    for (let life = 0; life < 3; life++) {
      const { result } = await live('counter.cjs', async ({ load }) => [
        (await load()).default(),
        (await load()).default(),
      ]);
      expect(result).toEqual([
        [1, 1, 1],
        [2, 1, 1],
      ]);
    }
    expect(process.listenerCount('SIGUSR2')).toBe(0);
    expect('seenByAll' in globalThis).toBe(false);
  });

  it('has the simulated disk in all the ways in which CommonJS and ESM ask for it, and in no other place', async () => {
    const real = mkdtempSync(join(tmpdir(), 'node-program-'));
    const { record } = await live('forms.mjs', async ({ load, fs }) => {
      fs.mkdirSync(real, { recursive: true });
      await (await load()).default(real);
    });
    expect(record.ending).toEqual({ type: 'ended' });
    const created = record.ops.filter(({ kind, path }) => kind === 'create' && path.startsWith(real));
    expect(created.map(({ path }) => path.slice(real.length + 1)).sort()).toEqual([
      'all',
      'default',
      'imported',
      'named',
      'promise-module',
      'promise-plain',
      'promise-prefixed',
      'promises',
      'promisified',
      'streamed',
      'sync-builtin',
      'sync-created',
      'sync-plain',
      'sync-prefixed',
    ]);
    expect(readdirSync(real)).toEqual([]);
    rmSync(real, { recursive: true });
  });

  it('draws the same chance and sees the same time when it is lived again, and on another disk another chance', async () => {
    const draw = async (boot?: Image): Promise<unknown> =>
      (await live('chance.cjs', async ({ load }) => (await load())['draw']!(), boot)).result;
    const first = await draw();
    expect(await draw()).toEqual(first);
    const { record } = await live('save.ts', async ({ load }) => await (await load())['save']!('/x', {}));
    const other = (await draw(record.image)) as unknown[];
    expect(other.slice(0, 3)).not.toEqual((first as unknown[]).slice(0, 3));
    expect(other.slice(3)).toEqual((first as unknown[]).slice(3));
    expect((first as unknown[]).at(-1)).toBe(true);
  });

  it('ends by what nobody catches, and takes no other with it', async () => {
    const { record } = await live('save.ts', async ({ fs }) => {
      fs.readFile('/none', () => {
        throw new Error('mine');
      });
      await new Promise(() => {});
    });
    expect(record.ending).toMatchObject({ type: 'threw', error: { message: 'mine' } });
    expect((await live('save.ts', nothing)).record.ending).toEqual({ type: 'ended' });
  });

  it('reads the real files of the packages that it has loaded, and no others', async () => {
    const [own, foreign] = [new URL('settings.json', MODULES).pathname, '/etc/passwd'];
    expect(existsSync(foreign)).toBe(true);
    const { result } = await live('counter.cjs', async ({ load, fs }) => {
      await load();
      return [fs.readFileSync(own, 'utf8'), await fs.promises.readFile(own, 'utf8'), fs.existsSync(foreign)];
    });
    expect(result).toEqual([expect.stringContaining('settings'), expect.stringContaining('settings'), false]);
  });
});

describe('calls of a program that are under way at once', () => {
  it('are counted, in all forms, as those of the facade are', async () => {
    const overlapping = await live('save.ts', async ({ fs }) => {
      await Promise.all([fs.promises.writeFile('/a', 'x'), fs.promises.writeFile('/b', 'x')]);
    });
    const one = await live('save.ts', async ({ fs }) => {
      await fs.promises.writeFile('/a', 'x');
      await new Promise((resolve) => fs.writeFile('/b', 'x', resolve));
    });
    expect(overlapping.record.overlaps).toBeGreaterThan(0);
    expect(one.record.overlaps).toBe(0);
  });
});
