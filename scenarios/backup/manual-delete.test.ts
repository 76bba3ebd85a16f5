import { describe, expect, it } from 'vitest';
import { broken, DEFAULTS, type Disk, Explorer, findModel, scenario } from '../../harness/index.ts';
import { ifThere } from '../../src/storage/errors.ts';
import { namesIn } from '../../src/storage/tree.ts';
import type { Settings } from '../../src/storage/settings.ts';
import { backupScenario, type BackupStory } from './jiggle.ts';
import { SMALL } from './trees.ts';
import { STORE } from './world.ts';

const AWAY = '/given-up';
const KEPT: Partial<Settings> = { manualDelete: AWAY };

const DELETED: BackupStory = {
  name: 'delete-by-hand',
  summary: '',
  before: [SMALL[0], SMALL[1]],
  act: { does: 'remove', number: 1 },
  settings: KEPT,
  next: SMALL[2],
};
const THINNED: BackupStory = {
  ...DELETED,
  act: { does: 'backup', tree: SMALL[2] },
  settings: { ...KEPT, keep: [2] },
  listings: [
    [1, 2],
    [1, 2, 3],
    [2, 3],
  ],
  next: SMALL[0],
};

/** All files below a directory, with what is in them. */
async function filesBelow(disk: Disk, path: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of (await namesIn(disk.fs, path)) ?? []) {
    const below = `${path}/${name}`;
    if ((await disk.fs.lstat(below)).isDirectory()) found.push(...(await filesBelow(disk, below)));
    else found.push(`${below.slice(below.indexOf('/', 1))} ${(await disk.fs.readFile(below)).toString()}`);
  }
  return found;
}

/** The same story, in which what a removal takes out of the store must be elsewhere, whole, and once. */
async function handedOver(story: BackupStory) {
  const base = backupScenario(story);
  let whole: readonly string[] | undefined;
  return scenario({
    ...base,
    // Here, what is in the trash matters.
    dontCare: [],
    async run(life) {
      const [first] = (await namesIn(life.fs, `${STORE}/c1`)) ?? [];
      whole ??= (await filesBelow(life, `${STORE}/c1/${first}`)).map(insideBackup);
      await base.run(life);
    },
    async check(disk, acknowledged, ...more) {
      const names = (await ifThere(namesIn(disk.fs, AWAY))) ?? [];
      const inStore = (await namesIn(disk.fs, `${STORE}/c1`))!.filter((name) => name.startsWith('0000001 '));
      const finding = await base.check(disk, acknowledged, ...more);
      if (finding) return finding;
      if (names.length + inStore.length !== 1)
        return broken(
          'a backup that is given up is in one place',
          `it is in ${[...names, ...inStore].join(', ') || 'none'}`,
        );
      if (names.length === 0) return undefined;
      const files = (await filesBelow(disk, `${AWAY}/${names[0]}`)).map(insideBackup);
      // A newer backup may have taken over what it has as well; what is its own must be there, byte for byte.
      const lost = whole!.filter((file) => /timestamp|manifest/.test(file) && !files.includes(file));
      return lost.length > 0
        ? broken('what was given up is whole', `it lacks ${lost[0]!.split(' ')[0]}`)
        : undefined;
    },
  });
}

/** Below the directory of the backup, whatever that is called. */
function insideBackup(file: string): string {
  return file.replace(/^.*?0000001[^/]*\//, '');
}

describe('a backup that is given up, with manual_delete', () => {
  it.each([
    ['deleted', DELETED],
    ['thinned out', THINNED],
  ])('is %s: in the store or whole outside of it, in one place, after any cuts', async (_, story) => {
    for (const model of ['posix', 'ext4']) {
      const made = await handedOver(story);
      const { failures, closed } = await new Explorer(made, findModel(model)!, DEFAULTS).explore();
      expect(failures.map((node) => node.verdict)).toEqual([]);
      expect(closed).toBe(true);
    }
  });

  it('is missed if it is removed instead', async () => {
    const made = await handedOver({ ...DELETED, settings: {} });
    const { failures } = await new Explorer(made, findModel('posix')!, DEFAULTS).explore();
    expect(failures[0]!.verdict).toMatchObject({
      findings: [{ invariant: 'a backup that is given up is in one place' }],
    });
  });
});
