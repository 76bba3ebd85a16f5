import { expect, it } from 'vitest';
import { cutsText } from './sentences.ts';

it('a story of cuts says that they come again in the recoveries', () => {
  expect(cutsText([0])).toBe('before the first op');
  expect(cutsText([16, 3, 5], [false, false, false])).toBe(
    'after op 16, and again in the recovery after it (op 3, then op 5)',
  );
});

it('a story with a kill in it says of each life how it ends', () => {
  expect(cutsText([16, 3, 5], [true, false, true])).toBe(
    'after op 16, and once more in the life after it (cut after op 3, then killed after op 5)',
  );
});
