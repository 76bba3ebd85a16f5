import { describe, expect, it } from 'vitest';
import type { FileSystem } from '../../src/ports/file-system.ts';
import { linesOf } from '../../src/protocol/testing/frames.ts';
import type { Settings } from '../../src/storage/settings.ts';
import { type Failing, failing } from '../../src/testing/failing-fs.ts';
import { expected } from '../../src/testing/temporary-store.ts';
import { versions } from '../../src/testing/versions.ts';
import { type Heard, nodesIn, WireWorld } from './testing/wire-world.ts';
import { ROOT } from './world.ts';

type Code = 'ENOSPC' | 'EIO';

interface Case {
  readonly code: Code;
  readonly how: Failing;
  readonly reads?: boolean;
  readonly settings?: Partial<Settings>;
}

const WHY: Readonly<Record<Code, string>> = {
  ENOSPC: "the server's disk is full (ENOSPC); its log says more",
  EIO: "the server's disk has an error (EIO); its log says more",
};

/** `JIGGLE_LONG=1` tries every call in every case, which takes a minute. */
const isLong = Boolean(process.env['JIGGLE_LONG']);

/** A server that has two backups, and will keep three. */
async function prepared(more: Partial<Settings> = {}): Promise<WireWorld> {
  const world = await WireWorld.make({ entriesPerSync: 4, groupSyncFrom: 1000, keep: [3], ...more });
  for (const version of [0, 1]) expect((await world.backUp(versions[version]!)).isStored).toBe(true);
  return world;
}

/** Holds a backup, as a client restores it, against what was backed up. */
async function restores(world: WireWorld, number: number, version: number, fs?: FileSystem): Promise<void> {
  expect(await world.restored(number, fs)).toEqual(await expected(versions[version]!));
}

/** One line for the client, which is the last that it hears, and all that is known for the log. */
function expectTold({ errors, frames, outcome, lines }: Heard, text: string, code: Code): void {
  expect(errors).toEqual([text]);
  expect(frames.at(-1)?.letter).toBe('e');
  expect(outcome).toMatchObject({ client: 'c1', result: 'failed' });
  expect([outcome.reason, ...lines].join('\n')).toMatch(`${code}: failed on purpose`);
}

describe('a disk that fails at any call of a backup', () => {
  const cases: readonly Case[] = [
    ...(['ENOSPC', 'EIO'] as const).flatMap((code) =>
      (['once', 'from then on'] as const).flatMap((how) => [
        { code, how },
        { code, how, settings: { groupSyncFrom: 1 } },
        { code, how, settings: { recovery: 'resume' as const } },
      ]),
    ),
    { code: 'EIO', how: 'once', reads: true },
    { code: 'EIO', how: 'from then on', reads: true },
  ];
  /** Two cases are always tried at every call, the others at some. */
  const stepOf = ({ code, how, reads, settings }: Case): number => {
    if (isLong) return 1;
    if (reads) return 23;
    return settings === undefined && (code === 'EIO') === (how === 'once') ? 1 : 13;
  };

  const titleOf = ({ code, how, reads, settings }: Case): string =>
    [`${code} ${how}`, reads ? 'also when it reads' : [], settings ? JSON.stringify(settings) : []]
      .flat()
      .join(', ');

  it.each(cases.map((one) => [titleOf(one), one] as const))(
    'is told of once, in plain words, and costs nothing that was stored: %s',
    { timeout: 600_000 },
    async (title, one) => {
      const base = await prepared(one.settings);
      const step = stepOf(one);
      const seen = { told: 0, stored: 0, unharmed: 0 };
      for (let after = 0; ; after += step) {
        const end = await failAfter(base.fork(), after, one);
        if (end === 'not reached') break;
        seen[end]++;
      }
      if (isLong) console.log(`${title}: ${JSON.stringify(seen)}`);
      expect(seen.told).toBeGreaterThan(30 / step);
      expect(seen.stored).toBeGreaterThan(15 / step - 1);
    },
  );

  async function failAfter(
    world: WireWorld,
    after: number,
    { code, how, reads = false, settings }: Case,
  ): Promise<'not reached' | 'told' | 'stored' | 'unharmed'> {
    const disk = failing(world.fs, after, code, how, { reads });
    const heard = await world.backUp(versions[2]!, disk.fs);
    const { isStored, gaveUp, errors, outcome } = heard;
    if (disk.calls() <= after) {
      expect({ errors, outcome }).toMatchObject({ errors: [], outcome: { result: 'done' } });
      return 'not reached';
    }
    if (!isStored) {
      const told = `the backup could not be stored: ${WHY[code]}`;
      expectTold(heard, told, code);
      expect(gaveUp).toBe(`unexpected from the server: e:${told}`);
    } else {
      expect(errors).toEqual([]);
      // A file that can't be read is asked for again as a whole, and then nothing has failed.
      if (outcome.result === 'failed')
        expect(outcome.reason).toMatch(`the backup is stored, but could not be finished yet: ${code}: `);
      else expect(reads).toBe(true);
    }
    // The disk is as bad as it was. What only it can't read may still be there.
    if (!reads) {
      expect(await world.list(disk.fs)).toEqual(expect.arrayContaining([1, 2]));
      for (const number of [1, 2]) await restores(world, number, number - 1, disk.fs);
    }
    disk.repair();
    // One that goes on with what was received finds its client as it was.
    const version = settings?.recovery === 'resume' ? 2 : 3;
    const next = await world.backUp(versions[version]!, disk.fs);
    expect(next).toMatchObject({ isStored: true, errors: [], outcome: { result: 'done' } });
    const numbers = await world.list();
    const newest = numbers.at(-1)!;
    // Received in full, it may have been finished although its client was never told; told, it must have been.
    expect(numbers).toEqual(isStored || newest === 4 ? [2, 3, 4] : [1, 2, 3]);
    for (const number of numbers) await restores(world, number, number === newest ? version : number - 1);
    if (isStored) return outcome.result === 'done' ? 'unharmed' : 'stored';
    return 'told';
  }
});

describe('a disk that fails while', () => {
  it.each(['ENOSPC', 'EIO'] as const)(
    'a backup is deleted: the client is told, and the rest stays (%s)',
    async (code) => {
      const base = await prepared();
      let told = 0;
      for (let after = 0; ; after++) {
        const world = base.fork();
        const disk = failing(world.fs, after, code, 'from then on');
        const heard = await world.ask(['c:Delete 1'], disk.fs);
        if (disk.calls() <= after) {
          expect(heard).toMatchObject({ errors: [], outcome: { result: 'done' } });
          break;
        }
        told++;
        expectTold(heard, `the deletion could not be finished: ${WHY[code]}`, code);
        await restores(world, 2, 1, disk.fs);
        disk.repair();
        expect((await world.backUp(versions[2]!)).outcome.result).toBe('done');
        for (const number of await world.list()) await restores(world, number, number - 1);
      }
      expect(told).toBeGreaterThan(code === 'EIO' ? 3 : 0);
    },
  );

  const sayings = {
    list: ['c:list :'],
    'list of what is in a backup': ['c:list 1:'],
    diff: ['c:diff 1:2'],
    restore: ['c:restore 1:', 'c:restoreend ok'],
    verify: ['c:verify 1:', 'c:restoreend ok'],
  };

  it.each(Object.entries(sayings))(
    'somebody reads: a %s is whole, or breaks off with a line that says why',
    async (what, asked) => {
      const base = await prepared();
      const well = linesOf((await base.fork().ask(asked)).frames);
      let told = 0;
      for (const how of ['once', 'from then on'] as const)
        for (let after = 0; ; after++) {
          const world = base.fork();
          const disk = failing(world.fs, after, 'EIO', how, { reads: true });
          const heard = await world.ask(asked, disk.fs);
          if (disk.calls() <= after) break;
          if (heard.errors.length > 0) {
            told++;
            expectTold(heard, `the ${what.split(' ')[0]} could not be finished: ${WHY.EIO}`, 'EIO');
          } else expect(linesOf(heard.frames)).toEqual(well);
        }
      expect(told).toBeGreaterThan(3);
    },
  );
});

/** The disk, on which files with this end of their path can't be read. */
function withBadSector(fs: FileSystem, end: string): FileSystem {
  const check = (path: string): void => {
    if (path.endsWith(end)) throw Object.assign(new Error(`EIO: i/o error, read '${path}'`), { code: 'EIO' });
  };
  return Object.assign(Object.create(fs) as FileSystem, {
    async open(path: string, flags = 'r', mode?: number) {
      if (flags === 'r') check(path);
      return fs.open(path, flags, mode);
    },
    async readFile(path: string) {
      check(path);
      return fs.readFile(path);
    },
  });
}

describe('a file that the disk can not read', () => {
  const named = ({ frames }: Heard) =>
    frames.filter(({ letter }) => letter === 'w').map(({ payload }) => payload.toString());
  const WARNING = "/changes: the disk can't read it (EIO)\n";

  it('costs that file: it is named, and all the rest is verified and restored', async () => {
    const world = await prepared();
    const fs = withBadSector(world.fs, '/data/t/changes');
    // The older backup's file is rebuilt from the newer one's.
    for (const number of [1, 2]) {
      const verified = await world.ask([`c:verify ${number}:`, 'c:restoreend ok'], fs);
      expect(verified).toMatchObject({ errors: [], outcome: { result: 'done' } });
      expect(named(verified)).toEqual([WARNING]);
      const restored = await world.ask([`c:restore ${number}:`, 'c:restoreend ok'], fs);
      expect(restored).toMatchObject({ errors: [], outcome: { result: 'done' } });
      expect(named(restored)).toEqual([WARNING]);
      const wanted = await expected(versions[number - 1]!);
      wanted.delete('/changes');
      expect(nodesIn(restored.frames)).toEqual(wanted);
    }
  });

  it('does not stop the backups to come: the whole of it is asked for, and the old one stays as it is', async () => {
    const world = await prepared();
    const [, bad] = (await world.fs.readdir(ROOT)).filter((name) => /^\d/.test(name)).sort();
    const fs = withBadSector(world.fs, `${bad}/data/t/changes`);
    const heard = await world.backUp(versions[2]!, fs);
    expect(heard).toMatchObject({ isStored: true, errors: [], outcome: { result: 'done' } });
    expect(heard.lines.join('\n')).toMatch('/changes is missing or damaged, asking for all of it');
    await restores(world, 3, 2, fs);
    for (const number of [1, 2]) await restores(world, number, number - 1);
  });
});
