import { Script } from 'node:vm';
import { moduleRunnerTransform } from 'rolldown/experimental';
import { rewritten, type LineMap } from '../original-places.ts';
import type { Source } from './sources.ts';
import { syntaxProblem } from './syntax-problem.ts';
import { syntaxOf } from './syntax.ts';

/** What stands for `import()` in the code that is run. */
const DYNAMIC_IMPORT = '__import__';
const COMMONJS = ['exports', 'require', 'module', '__filename', '__dirname', DYNAMIC_IMPORT];
const ESM = [
  '__vite_ssr_exports__',
  '__vite_ssr_import__',
  '__vite_ssr_dynamic_import__',
  '__vite_ssr_exportAll__',
  '__vite_ssr_import_meta__',
  '__vite_ssr_exportName__',
];

/** The code of a module, to be run once in each life with what it is to find around it. */
export interface Compiled {
  readonly source: Source;
  /** It awaits at its top level. */
  readonly awaits: boolean;
  /** What it will ask for while it is run, as far as its text tells. */
  readonly needs: readonly string[];
  /**
   * Evaluates it.
   * @param globals the values of the names that it finds outside, in the order in which they were named
   * @param locals what its kind of module has: `exports`, `require` and so on
   */
  readonly run: (globals: readonly unknown[], locals: readonly unknown[]) => unknown;
}

type Outer = (...globals: readonly unknown[]) => (...locals: readonly unknown[]) => unknown;

/** Turns sources into functions, once for all lives. */
export class Compiler {
  readonly #names: string;

  /** @param globals names that mean something else to the program than to the tester: `Date`, `process` */
  constructor(globals: readonly string[]) {
    this.#names = globals.join(', ');
  }

  /** CommonJS and JSON can be compiled at any moment, also in the middle of a `require`. */
  now(source: Source): Compiled {
    if (source.kind === 'json') return json(source);
    const { requires, imports } = syntaxOf(source.file, source.code);
    let { code } = source;
    for (const at of [...imports].sort((left, right) => right - left)) {
      code = `${code.slice(0, at)}${DYNAMIC_IMPORT}${code.slice(at + 'import'.length)}`;
    }
    rewritten(source.file, [source.map]);
    const run = this.#script(source.file, code, COMMONJS, '', '');
    return { source, awaits: false, needs: requires, run };
  }

  /** ESM has to be rewritten first, which happens on another thread. */
  async later(source: Source): Promise<Compiled> {
    const { awaits } = syntaxOf(source.file, source.code);
    // What is in a URL has no ending that would say what it is.
    const named = source.file.startsWith('data:') ? 'data.mjs' : source.file;
    const { code, deps, errors, map } = await moduleRunnerTransform(named, source.code, { sourcemap: true });
    if (errors.length > 0) throw syntaxProblem(source.file, errors[0]);
    // Whoever has nothing to wait for is evaluated at once, as in Node, and costs no turn of the event loop.
    const plain = awaits ? code : code.replaceAll('= await __vite_ssr_import__(', '= __vite_ssr_import__(');
    rewritten(source.file, [map as LineMap | undefined, source.map]);
    const run = this.#script(source.file, plain, ESM, awaits ? 'async ' : '', `'use strict';`);
    return { source, awaits, needs: deps, run };
  }

  /** Two functions, one in the other: a module may declare a name of its own that is one of those from outside. */
  #script(
    file: string,
    code: string,
    locals: readonly string[],
    before: string,
    first: string,
  ): Compiled['run'] {
    const head = `(function (${this.#names}) { return ${before}function (${locals.join(', ')}) { ${first}`;
    const script = new Script(`${head}${code}\n}})`, { filename: file, columnOffset: -head.length });
    let outer: Outer | undefined;
    return (globals, values) => {
      outer ??= script.runInThisContext() as Outer;
      return outer(...globals).apply(locals === ESM ? undefined : values[0], values as unknown[]);
    };
  }
}

function json(source: Source): Compiled {
  return {
    source,
    awaits: false,
    needs: [],
    run: () => JSON.parse(source.code.replace(/^\uFEFF/, '')) as unknown,
  };
}
