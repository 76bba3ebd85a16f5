import { expect, it } from 'vitest';
import { shareOf } from './share.ts';

it('the last jobs get all that is left', () => {
  expect(shareOf(600, 100, 1, 1)).toBe(600);
  expect(shareOf(600, 100, 2, 4)).toBe(600);
});

it('a few jobs share evenly', () => {
  expect(shareOf(600, 0, 4, 1)).toBe(150);
  expect(shareOf(600, 0, 4, 2)).toBe(300);
});

it('a job among many may take an eighth, and even ten without end leave more than a quarter to the rest', () => {
  expect(shareOf(800, 0, 1000, 1)).toBe(100);
  let now = 0;
  for (let job = 0; job < 10; job++) now = shareOf(800, now, 1000 - job, 1);
  expect(800 - now).toBeGreaterThan(200);
});

it('no job is given time that is not left', () => {
  expect(shareOf(600, 600, 5, 2)).toBe(600);
});
