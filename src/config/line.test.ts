import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseLine } from './line.ts';

const pair = (name: string, value: string, isReset = false) => ({ kind: 'pair', name, value, isReset });

it.each([
  ['keep = 7', pair('keep', '7')],
  ['  keep=7  ', pair('keep', '7')],
  ['keep := 7\r', pair('keep', '7', true)],
  ['password = a=b # c', pair('password', 'a=b # c')],
  [`exclude_regex = "[A-Z]:/pagefile.sys" # swap`, pair('exclude_regex', '[A-Z]:/pagefile.sys')],
  [String.raw`password = 'it\'s \\ '`, pair('password', String.raw`it's \ `)],
  ['. conf.d/*.conf', { kind: 'include', pattern: 'conf.d/*.conf' }],
  ['# keep = 7', { kind: 'blank' }],
  ['   ', { kind: 'blank' }],
])('%j is read as Burp reads it', (text, expected) => {
  expect(parseLine(text)).toEqual(expected);
});

it.each([
  ['keep 7', /name = value/],
  [' . file', /name = value/],
  ['= 7', /no name/],
  ['keep =', /keep has no value/],
  [`keep = ''`, /keep has no value/],
  [`keep = "7`, /not closed/],
  ['. ', /no file/],
])('%j is a mistake', (text, reason) => {
  expect(parseLine(text)).toMatchObject({ kind: 'mistake', reason: expect.stringMatching(reason) });
});

it('a quoted value is what was quoted, whatever that is', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.constantFrom("'", '"'), (value, quote) => {
      const escaped = value.replaceAll(/[\\'"]/g, (character) => `\\${character}`);
      expect(parseLine(`name = ${quote}${escaped}${quote} # rest`)).toEqual(pair('name', value));
    }),
  );
});
