import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, extname, join, relative, resolve } from 'node:path';
import type { Job } from '../job.ts';
import { treesDigest } from './trees-digest.ts';

/**
 * A sum over all that scenarios are made of: the files of their modules and of the catalogue, with all files that these
 * name, the descriptions of the packages that they import, and the trees that they are given. It is the same wherever the
 * project lies. What is only found at run time, by a path that is put together, is not part of it.
 *
 * @param catalogue the project's own, if the scenarios may come from there; the command's is known by its version
 */
export async function sourcesDigest(jobs: readonly Job[], catalogue: string | undefined): Promise<string> {
  const modules = jobs.flatMap(({ source }) => (source.from === 'file' ? [source.path] : []));
  const listed = jobs.some(({ source }) => source.from === 'catalogue');
  const roots = [...new Set([...modules, ...(listed && catalogue !== undefined ? [catalogue] : [])])];
  const trees = new Set(jobs.flatMap(({ source }) => (source.from === 'catalogue' ? source.trees : [])));
  const hash = createHash('sha256');
  const seen = new Set<string>();
  for (const root of roots) {
    hash.update('module\n');
    const files = [root];
    // It grows as it is gone through.
    for (const file of files) {
      if (seen.has(file)) continue;
      seen.add(file);
      const bytes = await readFile(file);
      hash.update(`${JSON.stringify(relative(dirname(root), file))} ${bytes.length}\n`).update(bytes);
      if (CODE.has(extname(file))) files.push(...(await named(bytes.toString(), file)));
    }
  }
  return hash.update(await treesDigest([...trees])).digest('hex');
}

const CODE: ReadonlySet<string> = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts']);

/** Any text that looks like the path of something beside the file: an import, a URL, a program to be tested. */
const BESIDE = /(?<quote>['"`])(?<path>\.{1,2}\/[^'"`\n$]{1,200})\k<quote>/g;
const PACKAGE =
  /(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*['"](?<name>(?:@[^'"/]+\/)?[^'"./][^'"/]*)[^'"]*['"]/g;

/** The files that a file names, as far as they are there. */
async function named(code: string, file: string): Promise<readonly string[]> {
  const beside = [...code.matchAll(BESIDE)].map(({ groups }) => resolve(dirname(file), groups!['path']!));
  const packages = [...code.matchAll(PACKAGE)].map(({ groups }) => groups!['name']!);
  const found = [
    ...(await Promise.all([...new Set(beside)].map(fileAt))),
    ...(await Promise.all([...new Set(packages)].map(async (name) => await packageAt(name, dirname(file))))),
  ];
  return found.filter((each) => each !== undefined);
}

/** How a path may go on, where a file leaves it to the loader. */
const ENDINGS = ['', '.js', '.ts', '.mjs', '.mts', '.cjs', '.cts', '.json', '/index.js', '/index.ts'];

async function fileAt(path: string): Promise<string | undefined> {
  const written = path.replace(/\.([cm]?)js$/, '.$1ts');
  for (const each of [...ENDINGS.map((ending) => path + ending), ...(written === path ? [] : [written])]) {
    if (await isFile(each)) return each;
  }
  return undefined;
}

/** What a package says of itself, its version included, stands for all of it. */
async function packageAt(name: string, from: string): Promise<string | undefined> {
  if (isBuiltin(name)) return undefined;
  for (let directory = from; ; directory = dirname(directory)) {
    const path = join(directory, 'node_modules', name, 'package.json');
    if (await isFile(path)) return path;
    if (directory === dirname(directory)) return undefined;
  }
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
