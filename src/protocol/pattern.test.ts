import { describe, expect, it } from 'vitest';
import { Refusal } from './fault.ts';
import { compilePattern } from './pattern.ts';

const exact = { ignoresCase: false };

describe('a POSIX extended regular expression', () => {
  it.each<[pattern: string, path: string, matches: boolean]>([
    ['', '/anything', true],
    ['sub', '/data/sub-x', true],
    ['^sub', '/data/sub-x', false],
    ['small|big', '/data/big.bin', true],
    ['\\.txt$', '/data/a.txt', true],
    ['\\.txt$', '/data/atxt', false],
    ['[[:digit:]]+$', '/data/a12', true],
    ['[^/]{3}$', '/data/ab', false],
    ['[]x]y', '/data/]y', true],
    ['[^]x]y', '/data/]y', false],
    ['[a\\]y', '/data/\\y', true],
    ['\\<big', '/data/big', true],
    ['a.b', '/data/a\nb', true],
    ['\\d', '/data/d', true],
    ['\\d', '/7', false],
    ['é', '/data/é', true],
    ['^.data.é.$', '/data/éx', true],
  ])('%s in %j: %s', (pattern, path, matches) => {
    const bytes = (text: string) => Buffer.from(text).toString('latin1');
    expect(compilePattern(bytes(pattern), exact)(bytes(path))).toBe(matches);
  });

  it('matches bytes that are no text', () => {
    expect(compilePattern('lat.$', exact)('/data/lat\xe9')).toBe(true);
    expect(compilePattern('lat\xe9', exact)('/data/lat\xe9')).toBe(true);
  });

  it('ignores the case only if asked to', () => {
    expect(compilePattern('SUB', { ignoresCase: true })('/data/sub')).toBe(true);
    expect(compilePattern('SUB', exact)('/data/sub')).toBe(false);
  });

  it.each(['(', '[a', '*a', 'a{1001}'])('%s is none, and refused in the words of Burp', (pattern) => {
    expect(() => compilePattern(pattern, exact)).toThrow(Refusal);
    expect(() => compilePattern(pattern, exact)).toThrow(`unable to compile regex: ${pattern}\n`);
  });

  it('never looks ahead: (? is no more than its characters', () => {
    expect(compilePattern('(?=a)', exact)('/data/?=a')).toBe(true);
    expect(compilePattern('(?=a)', exact)('/data/a')).toBe(false);
  });

  it('that would keep other engines busy for years is done at once', () => {
    const matches = compilePattern('^(((a*)*)*)*b$', exact);
    expect(matches('a'.repeat(20_000))).toBe(false);
  });
});
