import { describe, expect, it } from 'vitest';
import { DEFAULTS, Explorer, findModel, models, type Exploration } from '../../harness/index.ts';
import { field } from './catalogue.ts';
import { neighbours } from './neighbours.ts';
import { saves, throughOneName } from './saves.ts';

const ROOTS = ['ext4', 'xfs', 'btrfs', 'posix'] as const;

async function explored(name: string, model: string, plan: object = {}): Promise<Exploration> {
  const entry = field.find((each) => each.name === name)!;
  const scenario = await entry.make({});
  const options = { ...DEFAULTS, ...entry.plan, ...plan };
  return await new Explorer(scenario, findModel(model)!, options).explore();
}

function outcomes({ failures }: Exploration): readonly string[] {
  return failures.map(({ verdict }) => verdict!.outcome);
}

/** The saves of a bug the other way round: then the longer one comes first in the source. */
async function turned(): Promise<Exploration> {
  const other = saves('turned', '', throughOneName, ['{"at":2,"open":["a"]}', '{"at":1}']);
  return await new Explorer(other, findModel('posix')!, { ...DEFAULTS, orders: 1 }).explore();
}

it('two saves through one name are caught whichever comes first in the source', async () => {
  expect(outcomes(await turned())).toEqual(['corrupt']);
});

it('each field bug that takes another order breaks just where its catalogue says', async () => {
  for (const name of ['saves-one-name', 'saves-own-names', 'flush-early', 'flush-waits']) {
    const { breaksUnder = [] } = field.find((each) => each.name === name)!;
    for (const model of models) {
      const found = await explored(name, model.name);
      expect([name, model.name, found.failures.length > 0]).toEqual([
        name,
        model.name,
        breaksUnder.includes(model.name),
      ]);
    }
  }
});

describe.each(neighbours)('$name', ({ name, breaksUnder = [], volumes }) => {
  it.each(models)(
    'breaks under $name where its catalogue says so, and closes elsewhere',
    async ({ name: model }) => {
      const found = await explored(name, volumes ? `${model}@/archive=${model}` : model);
      const breaks = breaksUnder.includes(model);
      expect([found.failures.length > 0, found.closed]).toEqual([breaks, !breaks]);
    },
  );
});

describe.each(neighbours.map(({ name }) => name).filter((_, i) => i % 2 === 0))('%s', (name) => {
  it('breaks by nothing but what it is an example of', async () => {
    // On one disk, where nothing fails, in the order of the calls, after cuts.
    const found = await explored(name, 'ext4', { faults: [], orders: 0, deaths: ['cut'] });
    expect([found.failures, found.closed]).toEqual([[], true]);
  });
});

describe('the install of a package', () => {
  it('is caught at its first rename, before what comes later costs anything, just where its catalogue says', async () => {
    const { breaksUnder = [] } = field.find((each) => each.name === 'install')!;
    for (const { name } of models) {
      const { failures, counts, closed } = await explored('install', name);
      if (breaksUnder.includes(name))
        expect([name, failures[0]!.at, counts.verified < 20]).toEqual([name, 4, true]);
      else expect([name, closed]).toEqual([name, true]);
    }
  });

  it('closes under ext4 and xfs once each file is synced, and is not said to under posix', async () => {
    for (const model of ['ext4', 'xfs']) {
      const mended = await explored('install-synced', model);
      expect([outcomes(mended), mended.closed]).toEqual([[], true]);
    }
    const bounded = await explored('install-synced', 'posix', { openMax: 3000, evenly: true });
    expect([outcomes(bounded), bounded.closed, bounded.stopped]).toEqual([[], false, 'states']);
    expect(bounded.counts.verified).toBe(3000);
  });
});

describe.each(ROOTS)('under %s', (model) => {
  it('a record that is served before it is durable is lost, after a kill and a cut and no sooner', async () => {
    const found = await explored('served-log', model);
    expect(outcomes(found)).toEqual(['lost']);
    expect(found.failures[0]!.parent!.cut!.kill).toBe(true);
    expect((await explored('served-log', model, { deaths: ['cut'] })).closed).toBe(true);
  });

  it('one that is made durable first is not, after any number of kills and cuts', async () => {
    const found = await explored('served-log-synced', model);
    expect([outcomes(found), found.closed]).toEqual([[], true]);
  });

  it.each([
    ['two-disks', 'lost', '/wal'],
    ['marker', 'corrupt', '/meta'],
  ])(
    '%s is caught as %s where each has a disk of its own, and its twin closes',
    async (name, outcome, at) => {
      const apart = `${model}@${at}=${model}`;
      expect(outcomes(await explored(name, apart))).toEqual([outcome]);
      const mended = await explored(`${name}-synced`, apart);
      expect([outcomes(mended), mended.closed]).toEqual([[], true]);
      // On one disk that commits all that it knows of, the rename comes first by itself.
      const together = await explored(name, model);
      expect(outcomes(together)).toEqual(model === 'ext4' || model === 'xfs' ? [] : [outcome]);
    },
  );

  it.each([
    ['saves-one-name', 'saves-own-names', 'corrupt'],
    ['flush-early', 'flush-waits', 'lost'],
  ])('%s is caught in another order and in no other way, and %s closes', async (bug, mended, outcome) => {
    expect(outcomes(await explored(bug, model))).toEqual([outcome]);
    const inOrder = await explored(bug, model, { orders: 0 });
    expect([outcomes(inOrder), inOrder.closed]).toEqual([[], true]);
    for (const orders of [1, 2]) {
      const found = await explored(mended, model, { orders });
      expect([outcomes(found), found.closed]).toEqual([[], true]);
    }
  });

  it('old bytes after the end of a log are caught as stuck, and who cuts them off goes on', async () => {
    // xfs and btrfs let a file grow with its data, and not before.
    const isSeen = model === 'ext4' || model === 'posix';
    expect(outcomes(await explored('log-tail', `${model}+garbage`))).toEqual(isSeen ? ['stuck'] : []);
    expect(outcomes(await explored('log-tail', model))).toEqual([]);
    const mended = await explored('log-tail-cut-off', `${model}+garbage`);
    expect([outcomes(mended), mended.closed]).toEqual([[], true]);
  });
});
