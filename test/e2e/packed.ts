import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What a checkout has beside the sources. */
const NO_SOURCES = ['node_modules', 'dist', '.git', 'blackout-report'];

/** Runs npm, which is not to look for anything that nobody asked for. Gives what it says. */
export async function npm(cwd: string, ...args: string[]): Promise<string> {
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier'];
  return (await promisify(execFile)('npm', [...args, ...quiet], { cwd })).stdout;
}

/**
 * Packs both packages as `npm pack` does in a checkout of the sources under test, the build included. Gives the paths
 * of the tarballs.
 *
 * @param place an empty directory
 */
export async function packed(place: string): Promise<{ readonly blackout: string; readonly jiggle: string }> {
  const checkout = join(place, 'checkout');
  await cp(ROOT, checkout, {
    recursive: true,
    filter: (path) => path === ROOT || !NO_SOURCES.includes(basename(path)),
  });
  await symlink(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
  await npm(checkout, 'pack', '--pack-destination', place);
  await npm(checkout, 'pack', '--workspace', 'jiggle', '--pack-destination', place);
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  return { blackout: join(place, `blackout-${version}.tgz`), jiggle: join(place, `jiggle-${version}.tgz`) };
}

/** An empty project. */
export async function emptyProject(place: string): Promise<string> {
  const project = join(place, 'project');
  await mkdir(project);
  await writeFile(join(project, 'package.json'), '{ "name": "project", "private": true }\n');
  return project;
}
