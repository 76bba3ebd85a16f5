import { describe, expect, it } from 'vitest';
import { dataPathFor, isStorable, onDisk, whyEntryRefused, whyRefused } from './data-path.ts';
import { NO_ATTRIBUTES } from './manifest/attributes.ts';
import { type Entry, type Letter, entryOf } from './manifest/entry.ts';

function entry(letter: Letter, path: string, link?: string, mode = 0o100644): Entry {
  return entryOf(letter, path, { ...NO_ATTRIBUTES, mode }, link === undefined ? {} : { link });
}

const long = (length: number): string => 'n'.repeat(length);
/** A path of so many bytes, whose components are short. */
const deep = (length: number): string =>
  '/nnnnnnnnn'.repeat(Math.ceil(length / 10)).slice(0, length - 1) + 'n';

describe('where data goes', () => {
  it.each([
    ['/home/a', 't/home/a'],
    ['C:/Users', 't/C:/Users'],
    ['/C:/x', `u/66/${Buffer.from('/C:/x').toString('hex')}`],
    ['relative', `u/66/${Buffer.from('relative').toString('hex')}`],
    ['//x', `u/66/${Buffer.from('//x').toString('hex')}`],
    ['/\xe4', `u/66/2fe4`],
    ['/\xc3\xa4', 't/\xc3\xa4'],
    [`/${long(255)}`, `t/${long(255)}`],
  ])('%j goes to %s', (path, place) => {
    expect(dataPathFor(entry('f', path))).toBe(place);
  });

  it('is hex in names of 200 digits if a name is too long, and a hash if that is too long', () => {
    const encoded = dataPathFor(entry('f', `/${long(256)}`));
    expect(encoded).toMatch(/^u\/66\/[0-9a-f]{200}\+\/[0-9a-f]{200}\+\/[0-9a-f]{114}$/);
    expect(dataPathFor(entry('f', deep(2999)))).toBe(`t${deep(2999)}`);
    expect(dataPathFor(entry('f', deep(3000)))).toMatch(/^h\/66\/[0-9a-f]{64}$/);
    // 3,000 characters is what it may have, with two for each byte and two more for each hundred of them.
    const lengths = [1480, 1481, 1482, 1483, 1484, 1485, 1486, 1487, 1488, 1489, 1490];
    const places = lengths.map((length) => dataPathFor(entry('m', deep(length))));
    expect(places.filter((place) => place.startsWith('u/')).every(({ length }) => length <= 3000)).toBe(true);
    expect(places.filter((place) => place.startsWith('h/'))).toHaveLength(7);
  });

  it('is apart from the file for all else that has its path', () => {
    expect(dataPathFor(entry('m', '/a'))).toBe('u/6d/2f61');
    expect(dataPathFor(entry('f', 'C:/a', undefined, 0o040755))).toBe('u/66/433a2f61');
  });
});

describe('a path', () => {
  it.each([
    ['/a/b', undefined],
    ['/', undefined],
    ['a', 'it does not begin with a slash'],
    ['/a//b', 'it has an empty component'],
    ['/a/', 'it has an empty component'],
    ['/a/../b', 'it has a component ".."'],
    ['/.', 'it has a component "."'],
    ['/a\0b', 'it holds a zero byte'],
    ['/...', undefined],
  ])('%j: %s', (path, why) => {
    expect(whyRefused(path)).toBe(why);
  });
});

describe('an entry that a client names', () => {
  it.each<[Entry, string | undefined]>([
    [entry('f', '/a'), undefined],
    [entry('f', deep(32_000)), undefined],
    [entry('f', deep(32_001)), 'its path is longer than 32000 bytes'],
    [entry('f', ''), 'it is empty'],
    [entry('f', '/'), 'only a directory can be at the root'],
    [entry('m', '/'), undefined],
    [entry('d', '/', undefined, 0o040755), undefined],
    [entry('l', '/a', ''), 'it leads nowhere'],
    [entry('l', '/a', '../b'), undefined],
    [entry('l', '/a', 'b\0'), 'what it leads to: it holds a zero byte'],
    [entry('l', '/a/..', 'b'), 'it has a component ".."'],
    [entry('l', '/a', deep(32_000)), undefined],
    [entry('l', '/a', deep(32_001)), 'what it leads to is longer than 32000 bytes'],
    [entry('L', '/a', '/b'), undefined],
    [entry('L', '/a', '/../b'), 'what it leads to: it has a component ".."'],
  ])('%#: %s', (one, why) => {
    expect(whyEntryRefused(one)).toBe(why);
  });
});

describe('a data path of a manifest', () => {
  it.each([
    ['t/a', true],
    ['', false],
    ['t/../a', false],
    ['t//a', false],
    [`t/${long(255)}`, true],
    [`t/${long(256)}`, false],
    [`t${deep(4095)}`, true],
    [`t${deep(4096)}`, false],
  ])('%#: %s', (path, is) => {
    expect(isStorable(path)).toBe(is);
    if (!is) expect(() => onDisk(path)).toThrow('is not one that could be stored');
  });

  it('is text as the file system has it, and bytes that are no text become lone surrogates', () => {
    expect(onDisk('t/a')).toBe('t/a');
    expect(onDisk('t/\xc3\xa4')).toBe('t/ä');
    expect(onDisk('t/\xe4\x7f')).toBe('t/\udce4\x7f');
  });
});
