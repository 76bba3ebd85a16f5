import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kindOf } from '../kind-of.ts';

/** How a scenario names a module: by its name or path, or by a function that says `import('...')`. */
export type ModuleName<Module> = string | (() => Promise<Module>);

const SAYS_IMPORT =
  /(?:import|require|__vite_ssr_dynamic_import__|__vi_import__)\s*\(\s*(?:\/\*.*?\*\/\s*)*(['"`])([^'"`]+)\1/;

/**
 * The specifier that a name stands for. A function is read and never called: what it says gives the types, and calling
 * it would load the module with the real disk.
 */
export function specifierOf(name: ModuleName<unknown>, from: string): string {
  if (typeof name === 'string') return name;
  if (typeof name !== 'function') {
    throw new TypeError(
      `load must be the name or path of a module, or () => import('...'), not ${kindOf(name)}`,
    );
  }
  const found = SAYS_IMPORT.exec(name.toString())?.[2];
  if (found !== undefined) return isRewritten(found) ? asWritten(found, from) : found;
  throw new TypeError(
    `load: ${name.toString().slice(0, 80)} names no module; it must be a name, a path, or () => import('...') with the name written out`,
  );
}

/** Vite, in which vitest runs tests, writes paths from the root of the project in place of those in the source. */
function isRewritten(specifier: string): boolean {
  return specifier.startsWith('/') && !existsSync(specifier);
}

function asWritten(specifier: string, from: string): string {
  const path = specifier.replace(/^\/@fs/, '').replace(/\?.*$/, '');
  for (let root = dirname(from); ; root = dirname(root)) {
    if (existsSync(join(root, path))) return join(root, path);
    if (root === dirname(root)) return specifier;
  }
}

/** The file that a module is named from: a file URL or a path. */
export function fileOf(from: string | URL): string {
  const text = String(from);
  return text.startsWith('file:') ? fileURLToPath(text) : text;
}

/** The file of the code that called the function that asks: scenarios name modules as seen from where they stand. */
export function callerOf(called: Function): string {
  const usual = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  const holder: { stack?: unknown } = {};
  Error.prepareStackTrace = (_error, sites) => sites;
  Error.captureStackTrace(holder, called);
  const [site] = holder.stack as NodeJS.CallSite[];
  if (usual === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
  else Object.defineProperty(Error, 'prepareStackTrace', usual);
  const file = site?.getFileName() ?? site?.getScriptNameOrSourceURL();
  if (!file)
    throw new TypeError(
      'program: say `from: import.meta.url`, so that it is known where `load` is named from',
    );
  return fileOf(file.replace(/\?.*$/, ''));
}
