import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULTS, Explorer, findModel } from '../../harness/index.ts';
import { missing } from '../../test/traced/programs.ts';
import { type Found, GALLERY, linuxPage } from './page.ts';
import type { Subject } from './subject.ts';

const PAGE = new URL('../../docs/linux-programs.md', import.meta.url);
const MODELS = ['ext4', 'xfs', 'btrfs', 'posix'];

async function foundUnder(model: string, { scenario, plan }: Subject): Promise<Found> {
  const options = { ...DEFAULTS, ...plan, bail: 1, atOnce: 2 };
  const { failures, stopped, closed, counts } = await new Explorer(
    scenario,
    findModel(model)!,
    options,
  ).explore();
  const verdict = failures[0]?.verdict;
  // Whatever holds, holds in all states that were asked for; what doesn't is found in one of the first.
  if (verdict === undefined) {
    expect({ stopped, closed }).toEqual({ stopped: undefined, closed: true });
    expect(counts.states).toBeGreaterThan(3);
  }
  expect(verdict?.outcome).not.toBe('unknown');
  return { model, finding: verdict && (verdict.findings[0]?.message ?? verdict.outcome) };
}

describe("a program of Debian's, unmodified", () => {
  const all = new Map<Subject, readonly Found[]>();

  it.each(GALLERY.map((subject) => [subject.scenario.name, subject.claim, subject] as const))(
    '%s: %s, or not, under the models that the page says',
    { timeout: 300_000 },
    async (_name, _claim, subject) => {
      const lacking = missing('strace', ...subject.needs);
      if (lacking !== undefined) return console.warn(`${subject.scenario.name}${lacking}`);
      const found: Found[] = [];
      for (const model of MODELS) found.push(await foundUnder(model, subject));
      all.set(subject, found);
      expect(found.filter(({ finding }) => finding !== undefined).map(({ model }) => model)).toEqual(
        subject.breaksUnder,
      );
    },
  );

  it('is on the page of programs as it was found', ({ skip }) => {
    if (all.size < GALLERY.length) skip('not all of these programs are on this machine');
    const page = linuxPage(all);
    if (process.env['UPDATE']) writeFileSync(PAGE, page);
    // Other versions may say the same in other words; the table is theirs all the same.
    const rows = (text: string): string[] => text.split('\n').filter((line) => line.startsWith('|'));
    expect(rows(readFileSync(PAGE, 'utf8'))).toEqual(rows(page));
  });
});
