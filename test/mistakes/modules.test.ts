import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Project } from './installed.ts';

let project: Project;
beforeAll(async () => (project = await Project.make()));
afterAll(async () => await project.remove());

const IMPORT = "import { program, scenario } from 'blackout';\n";
const GOOD = `scenario({
  name: 'good',
  setup: ({ fs }) => fs.writeFile('/a', 'old'),
  run: ({ fs }) => fs.writeFile('/b', 'new'),
  check: async () => undefined,
})`;

async function run(name: string, text: string): Promise<{ code: number | null; said: string }> {
  await project.write(name, text);
  const { code, stdout, stderr } = await project.blackout(['run', `./${name}`, '--model', 'process-kill']);
  return { code, said: `${stdout}${stderr}` };
}

describe('a module that can not be used', () => {
  it.each([
    [
      'syntax.js',
      `${IMPORT}export default {\n  name: 'x',,\n};\n`,
      "can't be imported: Unexpected token (syntax.js:3:13)",
    ],
    ['syntax.ts', 'const a = 1;\nlet b: = 2;\n', "can't be imported: Unexpected token (syntax.ts:2:8)"],
    ['below.js', "import './syntax.js';\n", "can't be imported: Unexpected token (syntax.js:3:13)"],
    ['throws.js', `${IMPORT}const x = undefined;\nx.y();\n`, "reading 'y') (at throws.js:3:3)"],
    ['missing.js', "import 'no-such-package';\n", "Cannot find package 'no-such-package' imported from "],
    ['export.js', "import { scenaro } from 'blackout';\n", "export named 'scenaro' (export.js:1)"],
    [
      'key.js',
      `${IMPORT}\nexport default scenario({ name: 'x', recovery() {} });\n`,
      'did you mean "recover"? (at key.js:3:16)',
    ],
    [
      'none.js',
      `${IMPORT}export const make = () => ${GOOD};\n`,
      'exports no scenario: it must say `export default scenario({ ... })`; it exports make, a function',
    ],
    ['nothing.js', IMPORT, 'it exports nothing'],
    [
      'one-of-two.js',
      `${IMPORT}export default ${GOOD};\nexport const b = { name: 'b', run() {}, chek() {} };`,
      'scenario "b" has an unknown key "chek": did you mean "check"?',
    ],
  ])('says in one line why, and where: %s', async (name, text, told) => {
    const { code, said } = await run(name, text);
    expect(said).toContain(told);
    expect(said.trimEnd().split('\n')).toHaveLength(1);
    expect(code).toBe(254);
  });

  it('says where, if it is the one that a program loads', async () => {
    await project.write('lib.js', 'export const a = ;\n');
    const text = `${IMPORT}export default program({
      name: 'loads', load: './lib.js', run: async ({ load }) => void (await load()), check: async () => undefined });`;
    const { code, said } = await run('loads.js', text);
    expect(said).toContain('run of loads fails without any power cut: Unexpected token (lib.js:1:18)');
    expect(code).toBe(2);
  });
});

describe('a module that can be used', () => {
  it.each([
    ['good.js', `${IMPORT}export default ${GOOD};`],
    ['later.js', `${IMPORT}export default Promise.resolve(${GOOD});`],
    [
      'types.ts',
      `${IMPORT}interface A { readonly a: string }\nenum B { C = 'c' }\nexport default ${GOOD} as unknown;`,
    ],
  ])('is used, TypeScript without a loader: %s', async (name, text) => {
    const { code, said } = await run(name, text);
    expect(said).toContain('PASS  1 run');
    expect(code).toBe(0);
  });

  it.each(['"type": "commonjs", ', ''])(
    'is used in a package with %j, as `npm init` makes it, without a warning',
    async (type) => {
      await project.write('package.json', `{ ${type}"name": "mine" }`);
      await project.write('lib/below.js', "export const text = 'new';\n");
      await project.write('lib/common.js', "module.exports = { old: 'old' };\n");
      const text = `import { text } from './lib/below.js';\nimport common from './lib/common.js';\n${IMPORT}
        if (common.old !== 'old') throw new Error('no CommonJS');
        export default ${GOOD.replace("'new'", 'text')};`;
      const { code, said } = await run('esm.js', text);
      expect(said).not.toContain('Warning');
      expect(said).toContain('PASS  1 run');
      expect(code).toBe(0);
    },
  );
});
