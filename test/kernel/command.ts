import { copyFile, mkdir, mkdtemp, realpath, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** Where the parts of the command are, by what the bundle calls them. */
const INPUT = { main: 'scenarios/main.ts', 'drive-thread': 'harness/observe/drive-thread.ts' };

/**
 * Makes `blackout` of the sources under test, with the thread that it starts, in a new folder. It is started anew in a
 * namespace of its own, so it has to be there as files. Gives the folder and the path of its main module.
 */
export async function bundleBlackout(): Promise<{ readonly folder: string; readonly main: string }> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'blackout-command-')));
  const input = Object.fromEntries(Object.entries(INPUT).map(([name, file]) => [name, join(PROJECT, file)]));
  const bundle = await rolldown({ input, platform: 'node', external: ['rolldown'] });
  try {
    await bundle.write({ dir: join(folder, 'dist'), format: 'esm' });
  } finally {
    await bundle.close();
  }
  await symlink(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  await mkdir(join(folder, 'harness/conformance'), { recursive: true });
  for (const file of ['package.json', 'harness/conformance/observed.json']) {
    await copyFile(join(PROJECT, file), join(folder, file));
  }
  return { folder, main: join(folder, 'dist/main.js') };
}
