import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULTS, Explorer, findModel, type Scenario } from '../../harness/index.ts';
import { GALLERY, packagesPage, type Verdict } from './page.ts';
import type { Subject } from './subject.ts';

const PAGE = new URL('../../docs/packages.md', import.meta.url);
const MODELS = ['ext4', 'xfs', 'btrfs', 'posix'];

async function verdictOf(scenario: Scenario, model: string): Promise<Verdict> {
  const exploration = await new Explorer(scenario, findModel(model)!, { ...DEFAULTS }).explore();
  const failed = exploration.nodes.find(({ verdict }) => verdict && verdict.outcome !== 'converged');
  const finding = failed?.verdict?.findings[0]?.message;
  return {
    model,
    closed: exploration.closed,
    finding: failed === undefined ? undefined : (finding ?? 'it fails'),
  };
}

async function verdictsOf(scenario: Scenario): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const model of MODELS) verdicts.push(await verdictOf(scenario, model));
  return verdicts;
}

const broken = (verdicts: readonly Verdict[]): readonly string[] =>
  verdicts.filter(({ finding }) => finding !== undefined).map(({ model }) => model);

describe('a package of npm, unmodified', () => {
  const all = new Map<Subject, readonly Verdict[]>();

  it.each(GALLERY.map((subject) => [subject.scenario.name, subject.claim, subject] as const))(
    '%s: %s, or not, under the models that the page says',
    async (_name, _claim, subject) => {
      const verdicts = await verdictsOf(subject.scenario);
      all.set(subject, verdicts);
      expect(broken(verdicts)).toEqual(subject.breaksUnder);
      // Whatever holds, holds in all states: nothing was left out.
      for (const { finding, closed } of verdicts) expect(finding !== undefined || closed).toBe(true);
    },
  );

  const mended = GALLERY.flatMap(({ remedy }) => (remedy?.scenario === undefined ? [] : [remedy.scenario]));
  it.each(mended.map((scenario) => [scenario.name, scenario] as const))(
    '%s holds once the remedy is applied',
    async (_name, scenario) => {
      expect(broken(await verdictsOf(scenario))).toEqual([]);
    },
  );

  it('is on the page of packages as it was found', () => {
    expect(all.size).toBe(GALLERY.length);
    const page = packagesPage(all);
    if (process.env['UPDATE']) writeFileSync(PAGE, page);
    expect(readFileSync(PAGE, 'utf8')).toBe(page);
  });
});
