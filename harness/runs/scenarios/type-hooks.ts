import { readFile } from 'node:fs/promises';
import type { LoadHook, ResolveHook } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'rolldown/experimental';
import { isModuleText } from '../../programs/node/syntax.ts';
import { syntaxProblem } from '../../programs/node/syntax-problem.ts';

/**
 * Hooks for Node's module loader, run on its own thread: TypeScript loses its types when it is loaded, and a file of the
 * project that is written as an ES module is one, whatever its package says: `npm init` says CommonJS of all.
 */

const TYPESCRIPT = /\.[cm]?ts$/;

export const load: LoadHook = async (url, context, next) => {
  if (!url.startsWith('file:')) return await next(url, context);
  const file = fileURLToPath(url);
  if (!TYPESCRIPT.test(file)) {
    const isOpen = file.endsWith('.js') && context.format !== 'module' && !file.includes('/node_modules/');
    if (!isOpen) return await next(url, context);
    const text = await readFile(file, 'utf8');
    if (!isModuleText(file, text)) return await next(url, context);
    return { format: 'module', source: text, shortCircuit: true };
  }
  const { code, errors } = transformSync(file, await readFile(file, 'utf8'), { sourcemap: false });
  if (errors.length > 0) throw syntaxProblem(file, errors[0]);
  return { format: file.endsWith('.cts') ? 'commonjs' : 'module', source: code, shortCircuit: true };
};

/** TypeScript may name a file as it will be called once it is compiled: `./settings.js` for `./settings.ts`. */
export const resolve: ResolveHook = async (specifier, context, next) => {
  try {
    return await next(specifier, context);
  } catch (error) {
    const wanted = specifier.replace(/\.([cm]?)js$/, '.$1ts');
    if (wanted === specifier || !TYPESCRIPT.test(context.parentURL ?? '')) throw error;
    return await next(wanted, context);
  }
};
