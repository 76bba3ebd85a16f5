import { readdir } from 'node:fs/promises';
import type { Catalogue, CatalogueEntry } from '../../explore/catalogue.ts';
import { broken, scenario, type Scenario } from '../../programs/scenario.ts';

/** A file is replaced by way of a temporary one; `synced` says whether its data are durable before the rename. */
export function replacing(name: string, synced: boolean, content = 'new'): Scenario {
  return scenario({
    name,
    setup: async ({ fs }) => await fs.writeFile('/file', 'old'),
    async run(life) {
      const { fs } = life;
      life.phase('write');
      const file = await fs.open('/tmp', 'wx');
      await file.writeFile(content);
      if (synced) await file.sync();
      await file.close();
      life.phase('publish');
      await fs.rename('/tmp', '/file');
      const directory = await fs.open('/', 'r');
      await directory.sync();
      await directory.close();
      life.acknowledge('new');
    },
    async recover({ fs }) {
      if ((await fs.readdir('/')).includes('tmp')) await fs.unlink('/tmp');
    },
    async check({ fs }, acknowledged) {
      const text = await fs.readFile('/file', 'utf8');
      if (acknowledged.includes('new') && text !== content) {
        return broken('what was acknowledged is there', `the file holds ${JSON.stringify(text)}`, 'lost');
      }
      if (text === 'old' || text === content) return undefined;
      return broken('the file is old or new', `it holds ${JSON.stringify(text)}`);
    },
  });
}

function entry(made: Scenario, more: Partial<CatalogueEntry> = {}): CatalogueEntry {
  return {
    name: made.name,
    summary: `about ${made.name}`,
    group: 'Tests',
    byDefault: false,
    make: () => made,
    ...more,
  };
}

/** A check that can't tell. */
const unsure = scenario({
  name: 'unsure',
  run: async ({ fs }) => await fs.mkdir('/d').then(() => undefined),
  check: async () => await Promise.reject(new Error('no idea')),
});

/** A run that fails without any cut. */
const failing = scenario({
  name: 'failing',
  run: async ({ fs }) => await fs.unlink('/nothing'),
  check: async () => undefined,
});

/** The harness itself fails while it makes this one. */
const faulty = entry(unsure, { name: 'faulty', make: () => Promise.reject(new Error('a bug of ours')) });

/** Names with control characters, which must not reach a terminal. */
const hostile = scenario({
  name: 'hostile',
  run: async ({ fs }) => await fs.writeFile('/\u001b[31mred\n', 'x'),
  check: async ({ fs }) => {
    const names = await fs.readdir('/');
    return names.length === 0 ? undefined : broken('nothing \u001b[2J is there', `there is ${names.join()}`);
  },
});

/** Takes directories, and looks at how many files are in each. */
const fromTrees = entry(replacing('from-trees', true), {
  takesTrees: true,
  async make({ trees = [] }) {
    const counts = await Promise.all(trees.map(async (tree) => (await readdir(tree)).length));
    return replacing('from-trees', true, `new ${counts.join()}`);
  },
});

/** The same without its sync, and the same whatever the trees hold: its tokens alone can tell them apart. */
const badFromTrees = entry(replacing('bad-from-trees', false), { takesTrees: true });

export const registry: Catalogue = [
  entry(replacing('good', true), { byDefault: true }),
  entry(replacing('bad', false), { breaksUnder: ['posix'] }),
  entry(unsure),
  entry(failing),
  faulty,
  entry(hostile),
  fromTrees,
  badFromTrees,
];
