import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDamage } from '../codec/damage.ts';
import { gunzip, gzip } from '../codec/gzip.ts';
import { NO_ATTRIBUTES, formatAttributes } from './attributes.ts';
import { type Entry, entryOf } from './entry.ts';
import { parseEntries } from './entry-reader.ts';
import { formatEntries } from './entry-writer.ts';
import type { ManifestForm } from './manifest-form.ts';

const end = { size: 12_345, md5: 'bda180f73cb40775fac6b13d97852e64' };
const entries: Entry[] = [
  entryOf('d', '/home', NO_ATTRIBUTES),
  entryOf('f', '/home/\xe9\n', { ...NO_ATTRIBUTES, salt: -5n, mtime: 77 }, { dataPath: 't/home/\xe9', end }),
  entryOf('l', '/home/link', NO_ATTRIBUTES, { link: 'target' }),
];
const FORMS = ['manifest', 'scan'] as const;

/** The entries, or the EBADMSG error; any other error fails the test. */
function parse(bytes: Uint8Array, form: ManifestForm): Entry[] | Error {
  try {
    return parseEntries(bytes, form);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return error;
  }
}

describe('a damaged list', () => {
  it('of a scan is refused wherever it is cut', () => {
    const bytes = formatEntries(entries, 'scan');
    for (let length = 0; length < bytes.length; length++)
      expect(parse(bytes.subarray(0, length), 'scan'), `cut to ${length}`).toBeInstanceOf(Error);
  });

  it('of a manifest is refused wherever it is cut, except between two entries', () => {
    const bytes = formatEntries(entries);
    const between = entries.map((_, index) => formatEntries(entries.slice(0, index)).length);
    for (let length = 0; length < bytes.length; length++) {
      const result = parse(bytes.subarray(0, length), 'manifest');
      const count = between.indexOf(length);
      if (count >= 0) expect(result).toEqual(entries.slice(0, count));
      else expect(result, `cut to ${length}`).toBeInstanceOf(Error);
    }
  });

  it.each(FORMS)('of form %s gives an error or other entries for every changed byte', (form) => {
    const bytes = formatEntries(entries, form);
    const original = parseEntries(bytes, form);
    for (let at = 0; at < bytes.length; at++)
      for (let value = 0; value < 256; value++) {
        if (value === bytes[at]) continue;
        const changed = Buffer.from(bytes);
        changed[at] = value;
        const result = parse(changed, form);
        // What can be read is written back as it was: so it can't be the original list in other words.
        if (!(result instanceof Error)) expect(changed.equals(formatEntries(result, form))).toBe(true);
      }
    expect(original.length).toBe(3);
  });

  it('that is packed is refused wherever it is cut, between two entries too', () => {
    const packed = gzip(formatEntries(entries));
    for (let length = 0; length < packed.length; length++)
      expect(() => parseEntries(gunzip(packed.subarray(0, length)))).toThrow(/is damaged at byte/);
  });

  it.each(FORMS)('of form %s gives entries or an EBADMSG error for any mixture of records', (form) => {
    const attributes = formatAttributes(NO_ATTRIBUTES);
    const records = ['t', 'f', 'd', 'l', 'L', 'm', 's', 'c', 'q']
      .map((letter) => `${letter}0001a\n`)
      .concat(`r0025${attributes}\n`, `r0025${attributes}\n`, `x00220:${end.md5}\n`, 'c0009phase1end\n');
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...records), { maxLength: 10 }), (chosen) => {
        const bytes = Buffer.from(chosen.join(''));
        const result = parse(bytes, form);
        if (!(result instanceof Error)) expect(bytes.equals(formatEntries(result, form))).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('says what is wrong, and at which byte', () => {
    const r = `r0025${formatAttributes(NO_ATTRIBUTES)}\n`;
    const cases: [ManifestForm, string, string][] = [
      ['manifest', 'r002g', 'at byte 4: a record needs four upper-case hex digits here'],
      ['manifest', 'r001a', 'at byte 4: a record needs four upper-case hex digits here'],
      ['manifest', 'd0001ab', 'at byte 6: no line ends here, though the record has 1 bytes'],
      ['manifest', 'd0001a', 'at byte 6: it ends within a record'],
      ['manifest', 'd0001a\n', 'at byte 5: a "d" record without attributes before it'],
      ['manifest', 'd0000\n', 'at byte 5: an empty "d" record'],
      ['manifest', r, 'at byte 43: it ends within an entry'],
      ['manifest', `${r}f0001a\n`, 'at byte 48: an entry "f" without a data path'],
      ['manifest', `t0001a\n${r}d0001a\n`, 'at byte 55: an entry "d" with a data path'],
      ['manifest', `${r}l0001a\nL0001b\n`, 'at byte 55: a "L" record, where "l" was due'],
      [
        'manifest',
        `t0001a\n${r}f0001a\nx00010\n`,
        'at byte 62: an end record needs a size, a colon and an MD5',
      ],
      ['manifest', 'c0009phase1end\n', 'at byte 5: a "c" record does not belong here'],
      ['manifest', `${r}d0003a\0b\n`, 'at byte 49: a zero byte'],
      ['manifest', 'r0003A B\n', 'at byte 8: the attribute mode is not a number'],
      ['manifest', `${r}${r}`, 'at byte 48: a second "r" record, where a path was due'],
      ['scan', '', 'at byte 0: it ends without its end mark'],
      ['scan', 'c0009phase1end\nd0001a\n', 'at byte 20: more records follow the end mark'],
      ['scan', `t0001a\n`, 'at byte 5: a "t" record does not belong here'],
    ];
    for (const [form, text, message] of cases)
      expect(() => parseEntries(Buffer.from(text), form), text).toThrow(`manifest is damaged ${message}`);
  });
});
