import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { models } from '../harness/index.ts';
import { catalogue } from './index.ts';

const page = await readFile(new URL('../docs/models.md', import.meta.url), 'utf8');

/** The cells of each row of the table of verdicts. */
const rows = page
  .slice(page.indexOf('## The verdicts'))
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe('the table of verdicts in docs/models.md', () => {
  it('has a column for each model, in order', () => {
    expect(rows[0]!.slice(1)).toEqual(models.map(({ name }) => name));
  });

  it('has what the catalogue says of each scenario, which other tests hold to the explorer', () => {
    const expected = catalogue.map(({ name, breaksUnder = [] }) => [
      name,
      ...models.map((model) => (breaksUnder.includes(model.name) ? '✗' : '✓')),
    ]);
    expect(rows.slice(2)).toEqual(expected);
  });
});
