import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { rewrittenByLoader } from '../../programs/original-places.ts';

let done = false;

/**
 * Lets this thread import a module of the user's as it is written: TypeScript, if its Node can't by itself and nobody
 * else has seen to it, and ES modules in packages that say to be CommonJS.
 */
export async function readSources(file: string): Promise<void> {
  // In the sources of this project, whoever runs them reads all of that already.
  if (done || import.meta.url.endsWith('.ts')) return;
  const { features } = process as { features: { typescript?: unknown } };
  const isTypescript = /\.[cm]?ts$/.test(file);
  if (isTypescript ? features.typescript : !(await isStrayModule(file))) return;
  done = true;
  register(new URL('./type-hooks.js', import.meta.url).href);
  const { withoutTypes } = await import('../../programs/node/sources.ts');
  rewrittenByLoader((path) =>
    /\.[cm]?ts$/.test(path) ? withoutTypes(path, readFileSync(path, 'utf8')).map : undefined,
  );
}

/** Whether a file is written as an ES module in a package that is none. The parser is only loaded for those. */
async function isStrayModule(file: string): Promise<boolean> {
  if (!file.endsWith('.js') || (await typeOf(dirname(file))) === 'module') return false;
  const { isModuleText } = await import('../../programs/node/syntax.ts');
  return isModuleText(file, await readFile(file, 'utf8'));
}

/** What the nearest package says of its files. */
async function typeOf(directory: string): Promise<unknown> {
  try {
    return (JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as { type?: unknown }).type;
  } catch {
    const above = dirname(directory);
    return above === directory ? undefined : await typeOf(above);
  }
}
