import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { docBefore, type Exported, exportsOf, type Node } from './exports.ts';

const HEAD = `# What Blackout exports

Made of the docstrings by \`test/api.test.ts\`; with \`UPDATE=1\` it writes this page, otherwise it checks it. What is not
here is not for users: the package exports nothing else.
`;

/** The modules that a user can import, as package.json has them, and their sources. */
export function entriesOf(root: string): readonly { readonly name: string; readonly file: string }[] {
  const { name, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    name: string;
    exports: Record<string, string | { default: string }>;
  };
  return Object.entries(exports).flatMap(([path, target]) =>
    typeof target === 'string'
      ? []
      : [
          {
            name: path.replace(/^\./, name),
            file: join(root, target.default.replace(/^\.\/dist\//, '').replace(/\.js$/, '.ts')),
          },
        ],
  );
}

/** `docs/api.md`. */
export function apiPage(root: string): string {
  const parts = entriesOf(root).map(({ name, file }) => {
    const about = docBefore(readFileSync(file, 'utf8').split(/^(?:import|export) /m)[0]!, Infinity);
    const values = exportsOf(file);
    return [`## ${name}`, about, ...values.map(section)].join('\n\n');
  });
  return `${[HEAD.trimEnd(), ...parts].join('\n\n')}\n`;
}

function section(exported: Exported): string {
  return [`### ${exported.name}`, described(exported.doc), `\`\`\`ts\n${signatureOf(exported)}\n\`\`\``].join(
    '\n\n',
  );
}

/** Tags become a list. */
function described(doc: string): string {
  const [text = '', ...tags] = doc.split(/^@/m);
  const items = tags.map((tag) => {
    const [, kind, rest = ''] = /^(\w+)\s*([\s\S]*)$/.exec(tag) ?? [];
    const flat = rest.trim().replaceAll(/\s+/g, ' ');
    if (kind !== 'param') return `- ${kind}: ${flat}`;
    const [, parameter, what] = /^(\S+)\s*(.*)$/.exec(flat)!;
    return `- \`${parameter}\`: ${what}`;
  });
  return [text.trim(), items.join('\n')].filter((part) => part !== '').join('\n\n');
}

function signatureOf({ code, declaration }: Exported): string {
  const { type } = declaration;
  if (type === 'ClassDeclaration') return classSignature(code, declaration);
  if (type === 'FunctionDeclaration') return withoutBody(code, declaration, declaration);
  if (type === 'VariableDeclaration') return variable(code, declaration);
  return code.slice(declaration.start, declaration.end);
}

/** Up to where the body begins. */
function withoutBody(code: string, whole: Node, { body }: Node): string {
  const end = body === null || body === undefined ? whole.end : (body as Node).start;
  return `${code
    .slice(whole.start, end)
    .trimEnd()
    .replace(/^async /, '')
    .replace(/;$/, '')};`;
}

/** A type says more than what makes the value. */
function variable(code: string, declaration: Node): string {
  const [declarator] = declaration['declarations'] as Node[];
  const id = declarator!['id'] as Node;
  const isTyped = id['typeAnnotation'] !== null && id['typeAnnotation'] !== undefined;
  return isTyped ? `const ${code.slice(id.start, id.end)};` : code.slice(declaration.start, declaration.end);
}

/** Its public members, without what they do. */
function classSignature(code: string, declaration: Node): string {
  const body = declaration['body'] as Node & { readonly body: readonly Node[] };
  const members = body.body.filter(isPublic).map((member) => {
    const doc = docBefore(code, member.start);
    const text =
      member.type === 'MethodDefinition'
        ? withoutBody(code, member, member['value'] as Node)
        : field(code, member);
    return `${doc === '' ? '' : `  /** ${doc.replaceAll('\n', '\n   * ')} */\n`}  ${text}`;
  });
  return `${code.slice(declaration.start, body.start)}{\n${members.join('\n')}\n}`;
}

function isPublic(member: Node): boolean {
  const key = member['key'] as Node | undefined;
  return key?.type !== 'PrivateIdentifier' && (member['accessibility'] ?? 'public') === 'public';
}

function field(code: string, member: Node): string {
  const value = member['value'] as Node | null;
  const isTyped = member['typeAnnotation'] !== null && member['typeAnnotation'] !== undefined;
  return `${code.slice(member.start, value !== null && isTyped ? value.start : member.end).replace(/\s*[=;]?\s*$/, '')};`;
}
