import { parseAst } from 'rolldown/parseAst';
import type { Mutation } from './mutation.ts';

/** A node of the tree, whatever it is: the operators ask for what they need. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

type Operator = (node: Node, text: (node: Node) => string) => Iterable<Mutation>;

/** Each operator is one kind of mistake. None of them asks what the code is for. */
const OPERATORS: readonly Operator[] = [negate, swapLogic, swapComparison, dropStatement, dropAwait];
const MORE: readonly Operator[] = [offByOne, emptyText, dropArgument, dropElement, swapBranches];

/** All mutations of a TypeScript source, in the order of their places. */
export function mutationsOf(source: string): readonly Mutation[] {
  const found: Mutation[] = [];
  const text = (node: Node): string => source.slice(node.start, node.end);
  const visit = (node: Node): void => {
    // Types leave nothing behind that runs; imports and exports would not load.
    if (node.type.startsWith('TS') && !HOLDS_CODE.has(node.type)) return;
    if (node.type === 'ImportDeclaration') return;
    for (const operator of [...OPERATORS, ...MORE]) found.push(...operator(node, text));
    for (const child of childrenOf(node)) visit(child);
  };
  visit(parseAst(source, { lang: 'ts' }) as unknown as Node);
  return found.toSorted((a, b) => a.start - b.start || a.end - b.end);
}

const HOLDS_CODE: ReadonlySet<string> = new Set([
  'TSAsExpression',
  'TSNonNullExpression',
  'TSSatisfiesExpression',
]);

function* childrenOf(node: Node): Generator<Node> {
  for (const value of Object.values(node)) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) if (isNode(one)) yield one;
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

function instead(name: string, { start, end }: Node, replacement: string): Mutation {
  return { name, start, end, replacement };
}

const TESTED: ReadonlySet<string> = new Set(['IfStatement', 'ConditionalExpression', 'WhileStatement']);

/** A condition is taken the other way round. */
function* negate(node: Node, text: (node: Node) => string): Generator<Mutation> {
  const test = node['test'];
  if (TESTED.has(node.type) && isNode(test)) yield instead('negated condition', test, `!(${text(test)})`);
}

const LOGIC: Readonly<Record<string, string>> = { '&&': '||', '||': '&&' };

/** Of two conditions, one is enough where both are needed, the other way round, or one is not asked for. */
function* swapLogic(node: Node, text: (node: Node) => string): Generator<Mutation> {
  if (node.type !== 'LogicalExpression') return;
  const [left, right] = [node['left'] as Node, node['right'] as Node];
  const other = LOGIC[node['operator'] as string];
  if (other !== undefined) {
    yield instead('and for or', node, `((${text(left)}) ${other} (${text(right)}))`);
    yield instead('condition left out', node, `(${text(right)})`);
  }
  yield instead('condition left out', node, `(${text(left)})`);
}

const COMPARED: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '+': '-',
  '-': '+',
};

/** A limit is one off, or something else is equal. */
function* swapComparison(node: Node, text: (node: Node) => string): Generator<Mutation> {
  const other = node.type === 'BinaryExpression' ? COMPARED[node['operator'] as string] : undefined;
  if (other === undefined) return;
  yield instead(
    'other operator',
    node,
    `(${text(node['left'] as Node)} ${other} ${text(node['right'] as Node)})`,
  );
}

const LEFT_OUT: ReadonlySet<string> = new Set(['ReturnStatement', 'ThrowStatement', 'ContinueStatement']);

/** Something is not done: a call, an assignment, an early return. */
function* dropStatement(node: Node): Generator<Mutation> {
  if (node.type === 'ExpressionStatement') yield instead('statement left out', node, ';');
  const consequent = node.type === 'IfStatement' ? node['consequent'] : undefined;
  if (isNode(consequent) && LEFT_OUT.has(consequent.type))
    yield instead('early end left out', consequent, ';');
}

/** Nobody waits for what was begun. */
function* dropAwait(node: Node, text: (node: Node) => string): Generator<Mutation> {
  const statement = node.type === 'ExpressionStatement' ? node['expression'] : undefined;
  if (!isNode(statement) || statement.type !== 'AwaitExpression') return;
  yield instead('not waited for', node, `${text(statement['argument'] as Node)};`);
}

/** A number is one off. */
function* offByOne(node: Node): Generator<Mutation> {
  const value = node['value'];
  if (node.type !== 'Literal' || typeof value !== 'number' || !Number.isInteger(value)) return;
  yield instead('one more', node, String(value + 1));
  if (value > 0) yield instead('one less', node, String(value - 1));
}

/** A flag is the other one. Texts are for people, or for the disk: those that are empty would not be named so. */
function* emptyText(node: Node): Generator<Mutation> {
  const value = node['value'];
  if (node.type === 'Literal' && typeof value === 'boolean')
    yield instead('other flag', node, String(!value));
}

/** The last of several arguments is not handed on. */
function* dropArgument(node: Node, text: (node: Node) => string): Generator<Mutation> {
  if (node.type !== 'CallExpression') return;
  const given = node['arguments'] as readonly Node[];
  if (given.length < 2) return;
  const left = given.slice(0, -1).map(text).join(', ');
  yield instead('argument left out', node, `${text(node['callee'] as Node)}(${left})`);
}

/** One of a list is forgotten, or what a spread brings. */
function* dropElement(node: Node): Generator<Mutation> {
  if (node.type !== 'ArrayExpression') return;
  const elements = (node['elements'] as readonly (Node | null)[]).filter((one) => one !== null);
  for (const [at, element] of elements.entries()) {
    const next = elements[at + 1];
    yield {
      name: 'element left out',
      start: element.start,
      end: next?.start ?? element.end,
      replacement: '',
    };
  }
}

/** What is done in the one case is done in the other one too. */
function* swapBranches(node: Node, text: (node: Node) => string): Generator<Mutation> {
  if (node.type !== 'ConditionalExpression') return;
  yield instead('always', node, `(${text(node['consequent'] as Node)})`);
  yield instead('never', node, `(${text(node['alternate'] as Node)})`);
}
