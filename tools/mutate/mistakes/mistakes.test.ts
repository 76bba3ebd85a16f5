import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { transformSync } from 'rolldown/experimental';
import { applied } from '../mutation.ts';
import { MISTAKES } from './index.ts';
import { mutationFor } from './mistake.ts';

describe('the mistakes that are written down', () => {
  it.each(MISTAKES)('$name: can be made in the engine as it is, and can be read', async (mistake) => {
    const source = await readFile(mistake.file, 'utf8');
    const { errors } = transformSync(mistake.file, applied(source, mutationFor(source, mistake)));
    expect(errors).toEqual([]);
  });

  it('have names of their own', () => {
    expect(new Set(MISTAKES.map(({ name }) => name)).size).toBe(MISTAKES.length);
  });

  it('are refused where their text is not there, or twice', () => {
    const mistake = { name: 'n', file: 'f', find: 'a', replace: 'b' };
    expect(() => mutationFor('x', mistake)).toThrow(/must hold its text once/);
    expect(() => mutationFor('a a', mistake)).toThrow(/must hold its text once/);
    expect(mutationFor('x a', mistake)).toMatchObject({ start: 2, end: 3 });
  });
});
