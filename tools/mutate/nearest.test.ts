import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../scenarios/index.ts';
import { SCENARIOS, SLOW_TESTS, STEPS, testsFor } from './nearest.ts';

describe('what mutants are given to', () => {
  it('is there, whatever the file', () => {
    const files = ['src/storage/finish.ts', 'src/storage/delta/delta.ts', 'src/protocol/list.ts'];
    const tests = [...STEPS, ...SLOW_TESTS, ...files.flatMap((file) => testsFor(file))];
    expect(tests.filter((path) => !existsSync(path))).toEqual([]);
    const names = catalogue.map(({ name }) => name);
    expect(SCENARIOS.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('begins with the tests of its room', () => {
    expect(testsFor('src/storage/delta/delta.ts')[0]).toBe('src/storage/delta');
    expect(testsFor('src/storage/finish.ts')[0]).toBe('src/storage/account.test.ts');
  });
});
