import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { broken, DEFAULTS, Explorer, findModel, scenario } from '../../harness/index.ts';
import { SILENT } from '../../src/ports/log.ts';
import { ifThere } from '../../src/storage/errors.ts';
import { checkStore } from './invariants.ts';
import { SMALL } from './trees.ts';
import { backUp, open, ROOT, STORE } from './world.ts';

const posix = findModel('posix')!;
const settings = { entriesPerSync: 1 };
const promise = { trees: new Map([[1, SMALL[0]]]), listings: [[1]], settings, next: SMALL[1] };

/** A restore whose log replaces that of another one. */
const logged = scenario({
  name: 'restore-log',
  async setup(life) {
    await life.fs.mkdir(STORE);
    const store = await open(life, settings);
    await backUp(store, SMALL[0], () => undefined);
    await keepLog(life, 'first');
  },
  run: (life) => keepLog(life, 'second'),
  recover: async (life) => (await open(life, settings)).recover(),
  async check(disk, acknowledged) {
    const bytes = await ifThere(disk.fs.readFile(`${ROOT}/current/restorelog.gz`));
    const text = bytes && gunzipSync(bytes).toString();
    if (!/first|second/.test(text ?? '')) return broken('the log is old or new', `it is ${text}`);
    return checkStore(disk, acknowledged, promise);
  },
});

async function keepLog(life: Parameters<typeof logged.run>[0], text: string): Promise<void> {
  const store = await open(life, settings);
  const [{ name } = { name: '' }] = await store.list();
  const notes = store.notes(name, 'restore', SILENT);
  notes.note(text);
  await notes.keep();
}

it('the log of a restore is old or new after any cut, and no backup takes harm', async () => {
  const { failures, closed } = await new Explorer(logged, posix, DEFAULTS).explore();
  expect(failures.map((node) => node.verdict)).toEqual([]);
  expect(closed).toBe(true);
});
