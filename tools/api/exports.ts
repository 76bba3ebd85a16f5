import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseAst } from 'rolldown/parseAst';

/** A node of a syntax tree, as far as it is looked at here. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** Something that a module exports: where it is declared, and what is said of it there. */
export interface Exported {
  /** As it is exported. */
  readonly name: string;
  readonly file: string;
  readonly code: string;
  readonly declaration: Node;
  /** The docstring, without its stars; empty if there is none. */
  readonly doc: string;
}

interface Parsed {
  readonly code: string;
  readonly body: readonly Node[];
}

const parsed = new Map<string, Parsed>();

export function parse(file: string): Parsed {
  let known = parsed.get(file);
  if (known === undefined) {
    const code = readFileSync(file, 'utf8');
    const { body } = parseAst(code, { lang: 'ts', sourceType: 'module' }, file) as unknown as {
      body: Node[];
    };
    parsed.set(file, (known = { code, body }));
  }
  return known;
}

/** All that a module exports, by itself or from others, in its order. */
export function exportsOf(file: string): readonly Exported[] {
  const { code, body } = parse(file);
  return body.flatMap((node): readonly Exported[] => {
    if (node.type === 'ExportAllDeclaration') return exportsOf(sourceOf(node, file));
    if (node.type !== 'ExportNamedDeclaration') return [];
    const declaration = node['declaration'] as Node | null;
    if (declaration !== null) {
      const doc = docBefore(code, node.start);
      return namesOf(declaration).map((name) => ({ name, file, code, declaration, doc }));
    }
    const from = exportsOf(sourceOf(node, file));
    return (node['specifiers'] as Node[]).map((specifier) => {
      const found = from.find(({ name }) => name === nameOf(specifier['local']));
      if (found === undefined)
        throw new Error(`${file} exports ${nameOf(specifier['local'])}, which is not there`);
      return { ...found, name: nameOf(specifier['exported']) };
    });
  });
}

/** What is said right before a place. */
export function docBefore(code: string, at: number): string {
  const [, text] = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*$/.exec(code.slice(0, at)) ?? [];
  if (text === undefined) return '';
  return text
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
    .join('\n')
    .trim();
}

export function nameOf(node: unknown): string {
  return String((node as { name?: unknown }).name);
}

function sourceOf(node: Node, file: string): string {
  const source = node['source'] as { value: string } | null;
  if (source === null)
    throw new Error(`${file}: what is exported must be declared where it is, or come from a module`);
  return join(dirname(file), source.value);
}

function namesOf(declaration: Node): readonly string[] {
  if (declaration.type !== 'VariableDeclaration') return [nameOf(declaration['id'])];
  return (declaration['declarations'] as Node[]).map(({ id }) => nameOf(id));
}
