import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../explore/options.ts';
import { Explorer } from '../../explore/explorer.ts';
import { prepare } from '../../explore/main-life.ts';
import { findModel } from '../../persistence/models.ts';
import { program } from '../node/program.ts';
import { scenario, type Life, type Scenario } from '../scenario.ts';
import { edited } from './edited.ts';
import type { SyncEdits } from './edits.ts';
import type { Seen } from './hook.ts';

/** The ops of a scenario's main life, and where each is made. */
async function seenIn(made: Scenario): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  await prepare(edited(made, {}, { op: (each) => seen.push(each) }));
  return seen.slice(0, seen.length / 2); // Every main life is run twice.
}

async function opsOf(made: Scenario, edits: SyncEdits): Promise<readonly string[]> {
  const { life } = await prepare(edited(made, edits));
  return life.ops.map(({ kind, path }) => `${kind} ${path}`);
}

function inline(run: (life: Life) => Promise<void>): Scenario {
  return scenario({ name: 'edited', run, check: async () => undefined });
}

async function syncFile(fs: Life['fs'], path: string): Promise<void> {
  const file = await fs.open(path, 'r');
  await file.sync();
  await file.close();
}

async function deeply(fs: Life['fs'], depth: number): Promise<void> {
  if (depth > 0) await deeply(fs, depth - 1);
  else await syncFile(fs, '/a');
}

const several = inline(async ({ fs }) => {
  await fs.writeFile('/a', 'x');
  for (let i = 0; i < 2; i++) await syncFile(fs, '/a');
  await Promise.all([syncFile(fs, '/a'), fs.writeFile('/b', 'y', { flush: true })]);
  await deeply(fs, 3);
  await deeply(fs, 7);
});

const node = program({
  name: 'node',
  load: () => import('node:path') as Promise<Record<string, unknown>>,
  async run({ fs }) {
    const fd = fs.openSync('/data/a', 'w');
    fs.writeSync(fd, 'x');
    fs.fsyncSync(fd);
    await new Promise<void>((resolve, reject) => {
      fs.fsync(fd, (error) => (error ? reject(error) : fs.fdatasync(fd, () => resolve())));
    });
    fs.closeSync(fd);
  },
  check: async () => undefined,
});

describe('the place that an op comes from', () => {
  it('is the call and what called it, one for all calls of a loop, however deep a recursion is', async () => {
    const syncs = (await seenIn(several)).filter(({ draft }) => draft.kind === 'fsync');
    const names = syncs.map(({ site }) => site.places.map(({ what }) => what).join(' '));
    expect(names).toEqual([
      'syncFile run',
      'syncFile run',
      'syncFile run',
      'run',
      'syncFile deeply deeply run',
      'syncFile deeply deeply run',
    ]);
    const keys = syncs.map(({ site }) => site.key);
    expect(keys[0]).toBe(keys[1]);
    expect(new Set(keys).size).toBe(5);
    for (const { site } of syncs) {
      expect(site.places.at(-1)!.file).toBe('harness/programs/syncs/edited.test.ts');
    }
  });

  it('is known of synchronous calls and of those with a callback, of any form of fs', async () => {
    const syncs = (await seenIn(node)).filter(({ draft }) => /sync/.test(draft.kind));
    expect(syncs.map(({ draft }) => draft.kind)).toEqual(['fsync', 'fsync', 'fdatasync']);
    for (const { site } of syncs) expect(site.places[0]!.file).toBe('harness/programs/syncs/edited.test.ts');
    expect(new Set(syncs.map(({ site }) => site.key)).size).toBe(3);
  });
});

describe('an edited program', () => {
  it('leaves out the syncs of one place, all or one of them, and no others', async () => {
    const [first] = (await seenIn(several)).filter(({ draft }) => draft.kind === 'fsync');
    const all = await opsOf(several, {});
    const without = await opsOf(several, { without: [{ part: 'run', site: first!.site.key }] });
    expect(without).toEqual(all.filter((_, i) => i !== 2 && i !== 3));
    const second = await opsOf(several, { without: [{ part: 'run', site: first!.site.key, nth: 2 }] });
    expect(second).toEqual(all.filter((_, i) => i !== 3));
    expect(await opsOf(several, { without: [{ part: 'recover', site: first!.site.key }] })).toEqual(all);
  });

  it('has syncs right before and after the ops of one place', async () => {
    const made = inline(async ({ fs }) => {
      await fs.mkdir('/d');
      await fs.writeFile('/d/a', 'x');
      await fs.rename('/d/a', '/b');
    });
    const rename = (await seenIn(made)).at(-1)!;
    const at = { part: 'run', site: rename.site.key, kind: 'rename' } as const;
    const added = [
      { ...at, when: 'before', target: 'file' },
      { ...at, when: 'after', target: 'directory' },
      { ...at, when: 'after', target: 'old directory' },
    ] as const;
    expect((await opsOf(made, { added })).slice(3)).toEqual([
      'fsync /d/a',
      'rename /d/a',
      'fsync /',
      'fsync /d',
    ]);
  });

  it('may be told that a sync fails that it has not called: then the call next to it does', async () => {
    const made = inline(async ({ fs }) => {
      await fs.writeFile('/a', 'x');
      await fs.rename('/a', '/b').catch((error: NodeJS.ErrnoException) => {
        if (error.syscall !== 'fsync') throw error;
      });
    });
    const rename = (await seenIn(made)).at(-1)!;
    const added = [
      { part: 'run', site: rename.site.key, kind: 'rename', when: 'before', target: 'file' },
    ] as const;
    const chances = async (edits: SyncEdits): Promise<number> => {
      const { life } = await prepare(edited(made, edits), {}, { faults: [] });
      return life.chances!.length;
    };
    expect(await chances({ added })).toBe((await chances({})) + 1);
    const options = { ...DEFAULTS, faults: ['eio'] } as const;
    const { closed, nodes } = await new Explorer(
      edited(made, { added }),
      findModel('posix')!,
      options,
    ).explore();
    expect(closed).toBe(true);
    expect(nodes.some(({ conditions }) => conditions?.faults?.length === 1)).toBe(true);
  });

  it('is the same program where nothing is edited', async () => {
    const plain = await new Explorer(several, findModel('posix')!, DEFAULTS).explore();
    const same = await new Explorer(edited(several, {}), findModel('posix')!, DEFAULTS).explore();
    expect(same.counts).toEqual(plain.counts);
  });
});
