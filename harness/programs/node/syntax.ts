import { parseAst } from 'rolldown/parseAst';
import { syntaxProblem } from './syntax-problem.ts';

/** What a file's syntax says of how it must be run. */
export interface Syntax {
  /** It has `import` or `export`, or awaits at its top level. */
  readonly isModule: boolean;
  /** It awaits at its top level, so who imports it must wait. */
  readonly awaits: boolean;
  /** What it requires by names that stand in it. */
  readonly requires: readonly string[];
  /** Where it says `import(`, from the start of the text: places of the word. */
  readonly imports: readonly number[];
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const MODULE_ONLY = /^(?:Import|Export)\w*Declaration$/;

/**
 * Reads a file's syntax, as CommonJS if it can be, for that is what most files that don't say are.
 * @throws SyntaxError that says where
 */
export function syntaxOf(file: string, code: string): Syntax {
  let program: Node;
  let isModule = false;
  try {
    program = parseAst(code, { lang: 'js', sourceType: 'commonjs' }, file) as unknown as Node;
  } catch {
    program = asModule(file, code);
    isModule = true;
  }
  const found = { isModule, awaits: false, requires: new Set<string>(), imports: [] as number[] };
  visit(program, false, found);
  return { ...found, requires: [...found.requires] };
}

/** Whether a file can only be an ES module. What is no JavaScript at all is for whoever loads it to complain of. */
export function isModuleText(file: string, code: string): boolean {
  try {
    return syntaxOf(file, code).isModule;
  } catch {
    return false;
  }
}

function asModule(file: string, code: string): Node {
  try {
    return parseAst(code, { lang: 'js', sourceType: 'module' }, file) as unknown as Node;
  } catch (error) {
    throw syntaxProblem(file, error);
  }
}

interface Found {
  isModule: boolean;
  awaits: boolean;
  readonly requires: Set<string>;
  readonly imports: number[];
}

function visit(node: Node, inFunction: boolean, found: Found): void {
  if (MODULE_ONLY.test(node.type)) found.isModule = true;
  if (!inFunction && (node.type === 'AwaitExpression' || node['await'] === true)) found.awaits = true;
  if (node.type === 'MetaProperty') found.isModule ||= (node['meta'] as { name?: string }).name === 'import';
  if (node.type === 'ImportExpression') found.imports.push(node.start);
  if (node.type === 'CallExpression') noteRequire(node, found);
  const within = inFunction || FUNCTIONS.has(node.type);
  for (const value of Object.values(node)) {
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof each === 'object' && each !== null && 'type' in each) visit(each as Node, within, found);
    }
  }
}

function noteRequire(node: Node, found: Found): void {
  const { callee, arguments: args } = node as unknown as { callee: Node; arguments: Node[] };
  if (callee['name'] !== 'require' || args.length !== 1) return;
  const value = args[0]!['value'];
  if (typeof value === 'string') found.requires.add(value);
}
