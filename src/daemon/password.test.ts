import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { isPassword } from './password.ts';

const is = (given: string, password?: string, passwd?: string) =>
  isPassword(Buffer.from(given), { password, passwd });

// Made with `openssl passwd -5 -salt abc x` and `openssl passwd -6 -salt saltsalt secret`.
const X = '$5$abc$sCOGUciM.GdmYMCUvmUcgu03oRH87O0clF96.9mwWGB';
const SECRET =
  '$6$saltsalt$TVLlQcbpFVof5W3Yz4DTP6gRstiNuHwwTt6GLc1E5n0U0aDehy0S5knV8wiOQSpT0Y77vwPZN.Pq.H91p5hVO1';

it('a plain password is that, byte for byte', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.string(), async (password, given) => {
      expect(await is(password, password)).toBe(true);
      expect(await is(given, password)).toBe(given === password);
    }),
  );
  const latin1 = Buffer.from('pa\xdf', 'latin1');
  expect(await isPassword(latin1, { password: 'pa\xdf', passwd: undefined })).toBe(false);
});

it('a hash is that of the password, as crypt(3) has it', async () => {
  expect(await Promise.all([is('x', undefined, X), is('y', undefined, X), is('', undefined, X)])).toEqual([
    true,
    false,
    false,
  ]);
  expect(await Promise.all([is('secret', undefined, SECRET), is('Secret', undefined, SECRET)])).toEqual([
    true,
    false,
  ]);
});

// Made with `openssl passwd -1 -salt saltsalt secret` and Perl's `crypt`.
it.each([
  ['secret', '$1$saltsalt$9xy1btjgzLYfb7hivXtC//'],
  ['p\u00e4ss', '$1$saltsalt$npHVA9aR/rej/t9wc6U4V0'],
  ['secret', 'abNANd1rDfiNc'],
  ['secret', '..EBVOMug1tuI'],
  ['p\u00e4ss', 'abxNd6oRGYP9Q'],
  ['secretlonger', 'abqiKkVENApDk'],
])('%s has the old hash %s', async (password, passwd) => {
  expect(await is(password, undefined, passwd)).toBe(true);
  for (const wrong of ['', 'Secret', 'secre', password.slice(1)])
    expect(await is(wrong, undefined, passwd)).toBe(false);
});

it('where both are set both must be right, and where none is nothing is', async () => {
  expect(await Promise.all([is('x', 'x', X), is('x', 'y', X), is('y', 'y', X)])).toEqual([
    true,
    false,
    false,
  ]);
  expect(await Promise.all([is(''), is('password')])).toEqual([false, false]);
});
