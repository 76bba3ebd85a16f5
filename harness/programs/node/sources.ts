import { readFileSync, realpathSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { ResolverFactory, transformSync } from 'rolldown/experimental';
import type { LineMap } from '../original-places.ts';
import { syntaxProblem } from './syntax-problem.ts';
import { syntaxOf } from './syntax.ts';

/** How a file asks for another: the two may lead to different files of one package. */
export type Way = 'require' | 'import';
export type Kind = 'commonjs' | 'esm' | 'json';

/** A real file of the program or of what it depends on, as JavaScript. */
export interface Source {
  readonly file: string;
  readonly kind: Kind;
  readonly code: string;
  /** How it came from what the file holds, if that is something else. */
  readonly map?: LineMap;
}

const OPTIONS = {
  extensions: ['.js', '.json', '.node', '.ts', '.cjs', '.mjs', '.cts', '.mts'],
  extensionAlias: { '.js': ['.js', '.ts', '.tsx'], '.mjs': ['.mjs', '.mts'], '.cjs': ['.cjs', '.cts'] },
  mainFields: ['main'],
};

const RESOLVERS = {
  require: new ResolverFactory({ ...OPTIONS, conditionNames: ['node', 'require', 'module-sync'] }),
  import: new ResolverFactory({ ...OPTIONS, conditionNames: ['node', 'import', 'module-sync'] }),
};

/**
 * The file that a specifier leads to, or the name of a built-in module without `node:`.
 * @throws an error with Node's code if there is none
 */
export function resolveModule(
  specifier: string,
  from: string,
  way: Way,
): { file: string } | { builtin: string } {
  if (specifier.startsWith(DATA)) return { file: specifier };
  if (isBuiltin(specifier)) return { builtin: specifier.replace(/^node:/, '') };
  const wanted = specifier.startsWith('file:') ? new URL(specifier).pathname : specifier;
  const found = RESOLVERS[way].sync(dirname(from), wanted);
  if (found.path !== undefined) return { file: found.path };
  try {
    // Node's own resolver knows ways that are its alone; and if it knows none either, its error is the right one.
    return { file: createRequire(from).resolve(wanted) };
  } catch (error) {
    const { code } = error as { code?: string };
    const text = `Cannot find ${way === 'require' ? 'module' : 'package'} '${specifier}' from ${from}`;
    throw Object.assign(new Error(text), {
      code: way === 'require' ? (code ?? 'MODULE_NOT_FOUND') : 'ERR_MODULE_NOT_FOUND',
    });
  }
}

/** A module that is its own text: its URL stands for its file. */
const DATA = 'data:';

function dataSource(url: string): Source {
  const [, type = '', base64, text = ''] =
    /^data:([^,;]*)(?:;(?!base64)[^,;]*)*(;base64)?,(.*)$/s.exec(url) ?? [];
  const code = base64 === undefined ? decodeURIComponent(text) : Buffer.from(text, 'base64').toString();
  if (type === 'text/javascript') return { file: url, kind: 'esm', code };
  if (type === 'application/json') return { file: url, kind: 'json', code };
  const message = `Unknown module format: ${type} for URL ${url.slice(0, 80)}`;
  throw Object.assign(new RangeError(message), { code: 'ERR_UNKNOWN_MODULE_FORMAT' });
}

/** Reads a file. TypeScript loses its types here. */
export function readSource(path: string): Source {
  if (path.startsWith(DATA)) return dataSource(path);
  const file = realpathSync(path);
  const extension = extname(file);
  if (extension === '.node') {
    const message = `${file} is a native addon: it reaches the real disk past every simulated one; trace the program as a whole instead`;
    throw Object.assign(new Error(message), { code: 'ERR_DLOPEN_DISABLED' });
  }
  const text = readFileSync(file, 'utf8');
  if (extension === '.json') return { file, kind: 'json', code: text };
  const { code, map } = /\.[cm]?tsx?$/.test(extension)
    ? withoutTypes(file, text)
    : { code: text.replace(/^#!.*/, '') };
  return { file, kind: kindOf(file, extension, code), code, ...(map ? { map } : {}) };
}

/** TypeScript as JavaScript, and how the one came from the other. */
export function withoutTypes(file: string, text: string): Pick<Source, 'code' | 'map'> {
  const { code, errors, map } = transformSync(file, text, { sourcemap: true });
  if (errors.length > 0) throw syntaxProblem(file, errors[0]);
  return { code, ...(map ? { map: map as LineMap } : {}) };
}

function kindOf(file: string, extension: string, code: string): Kind {
  if (/^\.c[jt]s$/.test(extension)) return 'commonjs';
  if (/^\.m[jt]s$/.test(extension)) return 'esm';
  const type = packageOf(file)?.type;
  if (type === 'module') return 'esm';
  // TypeScript is written as ESM whatever it becomes; and Node looks for itself where a package doesn't say.
  if (type === 'commonjs' && !extension.startsWith('.ts')) return 'commonjs';
  return syntaxOf(file, code).isModule ? 'esm' : 'commonjs';
}

interface Package {
  readonly root: string;
  readonly type: unknown;
}

const packages = new Map<string, Package | undefined>();

/** The package that a file belongs to. */
export function packageOf(file: string): Package | undefined {
  if (file.startsWith(DATA)) return undefined;
  return packageAt(dirname(file));
}

function packageAt(directory: string): Package | undefined {
  if (packages.has(directory)) return packages.get(directory);
  let found: Package | undefined;
  try {
    const json = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { type?: unknown };
    found = { root: directory, type: json.type };
  } catch {
    const above = dirname(directory);
    found = above === directory ? undefined : packageAt(above);
  }
  packages.set(directory, found);
  return found;
}
