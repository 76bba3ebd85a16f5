import { join } from 'node:path';
import { ROOT } from './packed.ts';

/** What the author of a package writes: two ways to save, and the tests of both. */
export const IN_VITEST = {
  'package.json': '{ "name": "project", "private": true, "type": "module" }',
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      module: 'nodenext',
      target: 'es2023',
      lib: ['es2023'],
      types: ['node'],
      typeRoots: [join(ROOT, 'node_modules/@types')],
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      preserveSymlinks: false,
    },
    files: ['settings.test.ts'],
  }),
  'settings.ts': `import { open, rename } from 'node:fs/promises';
export async function save(path: string, settings: object, sync: boolean): Promise<void> {
  const file = await open(path + '.tmp', 'w');
  await file.writeFile(JSON.stringify(settings));
  if (sync) await file.sync();
  await file.close();
  await rename(path + '.tmp', path);
}
`,
  'settings.test.ts': `import { broken, program } from 'blackout';
import 'blackout/vitest';
import { expect, it } from 'vitest';

const settings = (sync: boolean) =>
  program({
    name: 'settings',
    load: () => import('./settings.js'),
    setup: async ({ fs }) => fs.writeFileSync('/data/s.json', '{"theme":"light"}'),
    run: async ({ load }) => (await load()).save('/data/s.json', { theme: 'dark' }, sync),
    async check({ fs }) {
      const text = fs.readFileSync('/data/s.json', 'utf8');
      return /light|dark/.test(text) ? undefined : broken('old or new', JSON.stringify(text));
    },
  });

it('survive if they are synced', async () => {
  await expect(settings(true)).toSurvivePowerCuts({ models: ['ext4', 'posix'] });
  await expect(settings(false)).not.toSurvivePowerCuts({ models: ['ext4'] });
});

it('survive', async () => {
  await expect(settings(false)).toSurvivePowerCuts({ models: ['ext4'] });
});

// @ts-expect-error There is no such model.
export const wrong = async () => await expect(settings(true)).toSurvivePowerCuts({ models: ['ext5'] });
`,
};

/** The same without vitest: the scenario of the README, and one that passes. */
export const IN_NODE_TEST = `import { assertSurvivesPowerCuts, scenario } from 'blackout';
import { test } from 'node:test';
import db from './db.blackout.mjs';

test('fails', async () => {
  await assertSurvivesPowerCuts(db, { models: ['ext4'], from: import.meta.resolve('./db.blackout.mjs') });
});
test('passes', async () => {
  const safe = scenario({ name: 'safe', run: ({ fs }) => fs.writeFile('/f', 'x'), check: async () => {} });
  await assertSurvivesPowerCuts(safe);
});
`;

/** A scenario in TypeScript, as `blackout run` finds it. */
export const TYPED_SCENARIO = `import { broken, program, type Scenario } from 'blackout';

const settings: Scenario = program({
  name: 'settings',
  load: () => import('./settings.js'),
  setup: async ({ fs }) => fs.writeFileSync('/data/s.json', '{"theme":"light"}'),
  run: async ({ load }) => (await load()).save('/data/s.json', { theme: 'dark' }, true),
  async check({ fs }) {
    const text: string = fs.readFileSync('/data/s.json', 'utf8');
    return /light|dark/.test(text) ? undefined : broken('old or new', JSON.stringify(text));
  },
});
export default settings;
`;
