import * as fc from 'fast-check';
import type { RunEvent } from '../events.ts';

/** Text as an enemy would name a file: markup, escapes, controls, commands, long names, halves of pairs. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    ']]>&amp;&lt;',
    'a\nb\r\n::error::owned',
    '::error title=x::y%0A%25',
    '%0A::warning::z',
    '\u001b[2J\u001b]0;owned\u0007',
    '\u202egnp.exe\u2066',
    '```\n# owned\n```',
    '`` ` ``| a | b |\\|',
    '[x](javascript:alert(1)) @everyone #1 <!-- -->',
    '\u0000\u0008\u000b\ufffe\uffff',
    '\ud800 half',
    '\udcff\udc80',
    "'; rm -rf / #",
    '../../etc/passwd',
    '{{constructor.constructor("alert(1)")()}}',
    'n'.repeat(4096),
    ' ',
    '',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom('`', '|', '<', '&', '%', ':', '\n', '\\', '"', "'", 'a'),
    maxLength: 30,
  }),
);

/** Fields that hold words of the format itself; all other texts may be anything. */
const FIXED: ReadonlySet<string> = new Set(
  'type verdict outcome keys outcomes leaves coverage heat pointCoverage fate tier role side why stopped kind hash base64 startedAt name'.split(
    ' ',
  ),
);

/** The same events with the texts of programs, disks and users replaced. */
export function withTexts(events: readonly RunEvent[], next: () => string): RunEvent[] {
  const replaced = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return FIXED.has(key) && key !== 'coverageText' ? value : next();
    if (Array.isArray(value)) return value.map((each) => replaced(each, key));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, replaced(each, name)]));
  };
  return events.map((event) => replaced(event, '') as RunEvent);
}
