import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/** What goes into the package as it is. */
const COPIED = [
  ['packaging/jiggle.service', 'jiggle.service'],
  ['packaging/jiggle.logrotate', 'jiggle.logrotate'],
  ['packaging/Containerfile', 'Containerfile'],
  ['docs/install-on-debian.md', 'docs/install-on-debian.md'],
  ['docs/switch-from-burp.md', 'docs/switch-from-burp.md'],
  ['docs/server-options.md', 'docs/server-options.md'],
  ['SECURITY.md', 'SECURITY.md'],
  ['LICENSE', 'LICENSE'],
] as const;

/**
 * Makes all that the package `jiggle` holds beside its manifest: the server with what it needs of others' code in a few
 * files, so that it installs without a network, and what belongs to it on the machine.
 *
 * @param root the project's root folder
 * @param into the folder `dist` of the package; what is there goes
 */
export async function buildJiggle(root: string, into: string): Promise<void> {
  await rm(into, { recursive: true, force: true });
  const modules = await bundle(join(root, 'src/cli/main.ts'), into);
  await mkdir(join(into, 'docs'));
  for (const [from, to] of COPIED) await cp(join(root, from), join(into, to));
  await writeFile(join(into, 'THIRD-PARTY.txt'), await noticesOf(modules));
}

/** Gives the paths of all modules that went into it. */
async function bundle(input: string, dir: string): Promise<string[]> {
  const bundled = await rolldown({ input, platform: 'node' });
  try {
    const { output } = await bundled.write({ dir, format: 'esm' });
    return output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []));
  } finally {
    await bundled.close();
  }
}

/** The licences of others' code that is in the bundle: they ask to be told along with it. */
async function noticesOf(modules: readonly string[]): Promise<string> {
  const folders = modules.flatMap((path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  const notices: string[] = [];
  for (const folder of [...new Set(folders)].sort()) {
    const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
      name: string;
      version: string;
      license?: string;
    };
    const file = (await readdir(folder)).find((one) => /^licen[cs]e/i.test(one));
    const text = file === undefined ? '' : `\n\n${(await readFile(join(folder, file), 'utf8')).trim()}`;
    notices.push(`${name} ${version} (${license ?? 'see its licence'})${text}`);
  }
  return `${notices.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}
