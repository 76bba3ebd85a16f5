import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BadArgument } from '../runs/bad-argument.ts';
import { ensureDirectory } from './ensure-directory.ts';
import { EXAMPLE, SETTINGS, WORKFLOW } from './init-files.ts';
import type { Io } from './io.ts';

const SCRIPT = 'blackout run';

/**
 * `blackout init`: an example to start from, a script and a step for the CI. What is there already stays as it is.
 * @throws BadArgument if the directory is no package
 */
export async function initCommand(io: Io): Promise<void> {
  const manifest = await readManifest(io.cwd);
  const lines = [
    await create(
      io.cwd,
      'blackout/settings.mjs',
      SETTINGS,
      'a module to try: it saves settings, and forgets something',
    ),
    await create(
      io.cwd,
      'blackout/settings.blackout.mjs',
      EXAMPLE,
      'a scenario: what the module must survive',
    ),
    await create(
      io.cwd,
      '.github/workflows/blackout.yml',
      WORKFLOW,
      'a workflow that runs all scenarios on every push',
    ),
    await addScript(io.cwd, manifest),
  ];
  io.stdout.write(`${lines.join('\n')}\n\nNow: npx blackout run\n`);
}

interface Manifest {
  readonly text: string;
  readonly json: { scripts?: Record<string, string> };
}

async function readManifest(cwd: string): Promise<Manifest> {
  try {
    const text = await readFile(join(cwd, 'package.json'), 'utf8');
    return { text, json: JSON.parse(text) as Manifest['json'] };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no package.json here' : 'package.json can not be read';
    throw new BadArgument(`${why}: init belongs into the directory of a package; npm init makes one`);
  }
}

/** Writes a file that isn't there, and says so. */
async function create(cwd: string, path: string, text: string, what: string): Promise<string> {
  await ensureDirectory(dirname(join(cwd, path)));
  try {
    await writeFile(join(cwd, path), text, { flag: 'wx' });
    return `wrote ${path}: ${what}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return `left ${path} as it is`;
  }
}

async function addScript(cwd: string, { text, json }: Manifest): Promise<string> {
  if (json.scripts?.['blackout'] !== undefined) return 'left the script "blackout" of package.json as it is';
  json.scripts = { ...json.scripts, blackout: SCRIPT };
  const indent = /^[ \t]+/m.exec(text)?.[0] ?? '  ';
  await writeFile(join(cwd, 'package.json'), `${JSON.stringify(json, null, indent)}\n`);
  return `added the script "blackout" to package.json: ${SCRIPT}`;
}
