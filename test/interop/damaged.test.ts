import { mkdtemp, readlink, realpath, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backUpWith, jiggleOn, wrongInStore } from './jiggle-on.ts';
import { KilledBurp } from './killed-burp.ts';
import { titled, whyNoBurp, whyNoStrace } from './tools.ts';

const reason = whyNoBurp() ?? whyNoStrace();

/** Empties all files of these names below a directory, as a power cut does what was written last. */
async function empty(directory: string, ...names: readonly string[]): Promise<number> {
  const wanted = names.flatMap((name) => ['-o', '-name', name]).slice(1);
  const { stdout } = await execa('find', [directory, '-type', 'f', '(', ...wanted, ')', '-print0']);
  const paths = stdout.split('\0').filter((path) => path !== '');
  for (const path of paths) await truncate(path);
  return paths.length;
}

describe.skipIf(reason)(titled('a store of the real Burp that a power cut damaged', reason), () => {
  let place: string;
  let killed: KilledBurp;
  beforeAll(async () => {
    place = await realpath(await mkdtemp(join(tmpdir(), 'interop-')));
    killed = await KilledBurp.prepare(place);
  });
  afterAll(() => rm(place, { recursive: true, force: true }));

  it('finished: names each file of each backup that is gone, restores the rest, and gets new copies', async () => {
    const { burp, wanted } = killed;
    await killed.reset();
    expect((await burp.backUp()).exitCode).toBe(0);
    const current = join(burp.root, await readlink(join(burp.root, 'current')));
    // Patched files and reverse deltas were made last. The older backups are only kept as deltas from the newer.
    expect(await empty(join(current, 'data'), 'changes', 'packed.gz')).toBe(2);
    const { store, warnings } = await jiggleOn(burp);
    const damaged = [`${burp.files}/changes`, `${burp.files}/packed.gz`];
    for (const number of [1, 2, 3]) {
      const { failures } = await store.verify(number);
      expect(failures.map((line) => line.split(': ')[0])).toEqual(damaged);
    }
    expect(
      (await wrongInStore(store, burp, wanted)).filter((line) => !/changes|packed\.gz/.test(line)),
    ).toEqual([]);
    const { counts } = await backUpWith(store, burp);
    expect(counts.whole).toBe(2);
    expect(warnings.slice(0, 2)).toMatchObject(
      damaged.map((path) => expect.stringContaining(`${path} has lost its data`)),
    );
    expect((await store.verify(4)).failures).toEqual([]);
    // Nothing of the damaged ones was thrown away: it is not this program's to judge.
    expect(await empty(join(current, 'data'), 'changes', 'packed.gz')).toBe(2);
  });

  it('in the middle of phase 4: saves what can be saved, names what is lost, and keeps the last good copies', async () => {
    const { burp, wanted } = killed;
    // The moment when the previous backup is in the trash, and nothing in its place.
    const swapping = async () =>
      (await killed.names()).filter((name) => name.startsWith('0000')).length === 2;
    for (let n = 15; ; n++) {
      expect(await killed.killBefore('rename', n)).toBe(true);
      if ((await killed.names()).includes('deleteme') && (await swapping())) break;
    }
    const finishing = join(burp.root, await readlink(join(burp.root, 'finishing')));
    expect(await empty(join(finishing, 'data'), 'changes', 'grows')).toBe(2);
    const { store, warnings } = await jiggleOn(burp);
    await store.recover();
    expect(warnings).toMatchObject([
      expect.stringContaining(`${burp.files}/changes is lost`),
      expect.stringContaining(`${burp.files}/sub/grows is lost`),
    ]);
    // The older backups are whole; the new one has all else.
    const wrong = await wrongInStore(store, burp, wanted);
    expect(wrong.map((line) => line.replace(/ wanted .*/, ''))).toEqual([
      'backup 3: changes: missing,',
      'backup 3: sub/grows: missing,',
    ]);
    await backUpWith(store, burp);
    expect((await store.verify(4)).failures).toEqual([]);
    expect((await wrongInStore(store, burp, new Map([...wanted, [4, wanted.get(3)!]]))).length).toBe(2);
  });
});
