import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { docBefore, exportsOf } from '../tools/api/exports.ts';
import { apiPage, entriesOf } from '../tools/api/page.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = join(ROOT, 'docs/api.md');

describe('what the package exports', () => {
  it('is what package.json says: four modules', () => {
    const names = entriesOf(ROOT).map(({ name }) => name);
    expect(names).toEqual(['blackout', 'blackout/fs', 'blackout/vitest', 'blackout/fast-check']);
  });

  it.each(entriesOf(ROOT))('has its docstring, each of it: $name', ({ file }) => {
    const silent = exportsOf(file).filter(({ doc }) => doc === '');
    expect(silent.map(({ name, file: where }) => `${name} of ${where.slice(ROOT.length)}`)).toEqual([]);
  });

  it('is what there is when it is imported', async () => {
    for (const { name, file } of entriesOf(ROOT)) {
      const values = Object.keys((await import(file)) as object);
      const known = exportsOf(file).map((exported) => exported.name);
      expect(
        values.filter((value) => !known.includes(value)),
        name,
      ).toEqual([]);
    }
  });

  it('is on the page, as its docstrings have it', () => {
    const page = apiPage(ROOT);
    if (process.env['UPDATE']) writeFileSync(PAGE, page);
    expect(readFileSync(PAGE, 'utf8')).toBe(page);
    for (const { file } of entriesOf(ROOT))
      for (const { name } of exportsOf(file)) expect(page).toContain(`\n### ${name}\n`);
  });

  it('would be found without one', () => {
    expect(docBefore('/** Says what it is. */\nexport const x = 1;', 24)).toBe('Says what it is.');
    expect(docBefore('/** Of another. */\nconst y = 2;\nexport const x = 1;', 32)).toBe('');
  });
});
