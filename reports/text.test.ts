import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, count, disksOf, duration, escapeText } from './text.ts';

describe('escaping', () => {
  it('leaves no character that could move a cursor or turn the reading direction', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }),
    );
  });

  it('leaves plain text and letters of all languages alone', () => {
    expect(escapeText('añ 漢字 🙂 "x"')).toBe('añ 漢字 🙂 "x"');
  });

  it('shows what was there', () => {
    expect(escapeText('a\n\t\u001b[2J\u202e\ud800')).toBe('a\\n\\t\\x1b[2J\\u{202e}\\u{d800}');
  });
});

describe('numbers and words', () => {
  it('have a singular and thousands', () => {
    expect([count(1, 'state'), count(1200, 'state'), count(2, 'entry', 'entries')]).toEqual([
      '1 state',
      '1,200 states',
      '2 entries',
    ]);
  });

  it('say times in seconds, then in minutes', () => {
    expect([duration(40), duration(59_949), duration(125_000)]).toEqual(['0.0 s', '59.9 s', '2 min 5 s']);
  });

  it('tell the disk at / from those below it', () => {
    expect(['ext4', 'ext4+tears@/wal=xfs@/b=posix'].map(disksOf)).toEqual([
      { root: 'ext4', mounts: '' },
      { root: 'ext4+tears', mounts: '/wal on xfs, /b on posix' },
    ]);
  });

  it('show that a text was cut', () => {
    expect([clip('abcdef', 6), clip('abcdef', 4)]).toEqual(['abcdef', 'abc…']);
  });
});
