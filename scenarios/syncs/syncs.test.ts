import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openAll } from '../../harness/runs/syncs/all-models.ts';
import { editReport } from '../../harness/runs/syncs/edit-report.ts';
import { ledgerOf, numbered } from '../../harness/runs/syncs/ledger.ts';
import { remedyFor } from '../../harness/runs/syncs/remedy.ts';
import { planJobs, type RunOptions } from '../../harness/runs/plan.ts';
import { renumberedRuns, type LedgerRun } from '../../reports/ledger.ts';
import { catalogue } from '../index.ts';
import { scenarioSection, waysOf, waysSection, type Page } from './testing/page.ts';

/**
 * `docs/syncs.md`. With `UPDATE=1` the small scenarios are written anew, with `UPDATE=all` those of jiggle as well, which
 * takes a quarter of an hour.
 */
const PAGE = new URL('../../docs/syncs.md', import.meta.url);
const UPDATE = process.env['UPDATE'];

/** Small: each ledger takes a second or so. A package of 120 files is none of them: only its bug is found in that. */
const SMALL = catalogue.filter(
  ({ group, name }) => !/^(?:backup|wire|taken-over|burp|install)(?:-|$)/.test(name) && group !== '',
);
const JIGGLE = [
  'shuffle',
  'shuffle-archive',
  'delete',
  'delete-newest',
  'delete-only',
  'retention',
  'first',
  'incremental',
  'kinds',
].map((name) => `backup-${name}`);
/** Of jiggle's, the one that each test run looks at again. */
const SAMPLE = 'backup-shuffle-archive';

async function pageOf(name: string, options: RunOptions, fewest: boolean): Promise<Page> {
  const jobs = await planJobs([name], options, catalogue, '/');
  const scenario = await catalogue.find((entry) => entry.name === name)!.make({});
  const opened = await openAll(scenario, jobs, {});
  const runs: LedgerRun[] = [];
  for (const { bench, sites } of opened) {
    const ledger = await ledgerOf(bench, numbered(sites.syncs), { fewest, stories: false });
    runs.push({ model: bench.job.model, ledger });
  }
  const breaks = opened.some(({ bench }) => bench.base.held === 'fails');
  return {
    scenario: name,
    runs: renumberedRuns(runs),
    remedy: breaks ? remedyText(await remedyFor(opened)) : undefined,
  };
}

function remedyText(remedy: Awaited<ReturnType<typeof remedyFor>>): Page['remedy'] {
  if (remedy.type === 'mended')
    return { edits: remedy.added.map(editReport), text: withoutPlaces(remedy.change?.text) };
  if (remedy.type === 'no sync helps') return { edits: [], text: remedy.hints.join('; ') };
  return { edits: [], text: `not known: ${remedy.reason}` };
}

/** Lines move with every edit. */
function withoutPlaces(text: string | undefined): string | undefined {
  return text?.replaceAll(/ \([^()]*:\d+\)/g, '');
}

function between(page: string, start: string, end: string): string {
  const from = page.indexOf(start);
  const to = page.indexOf(end, from);
  return from < 0 ? '' : page.slice(from + start.length, to < 0 ? undefined : to).trim();
}

const SMALL_TITLE = '## Protocols, field bugs and their mended forms\n';
const JIGGLE_TITLE = '## What a backup could save\n';
const LAST_TITLE = '## What is not here\n';

function read(): string {
  return readFileSync(PAGE, 'utf8');
}

function write(title: string, end: string, text: string): void {
  const page = read();
  const from = page.indexOf(title) + title.length;
  const to = page.indexOf(end, from);
  writeFileSync(PAGE, `${page.slice(0, from)}\n${text.trim()}\n\n${page.slice(to).trimStart()}`);
}

const ROW = /^\| (?<way>.*) \| (?<needed>.*) \| (?<redundant>.*) \|$/gm;

/** What the page says of jiggle: the ways, with the scenarios that need them and those that don't. */
function waysOnPage(): ReadonlyMap<
  string,
  { readonly needed: readonly string[]; readonly redundant: readonly string[] }
> {
  const names = (text: string): readonly string[] => text.split(', ').map((name) => `backup-${name}`);
  return new Map(
    [...between(read(), JIGGLE_TITLE, LAST_TITLE).matchAll(ROW)].map(({ groups }) => [
      groups!['way']!,
      { needed: names(groups!['needed']!), redundant: names(groups!['redundant']!) },
    ]),
  );
}

describe('docs/syncs.md', () => {
  it('has the ledger of each small scenario as it is, and what would mend those that break', async () => {
    const sections: string[] = [];
    for (const { name } of SMALL) sections.push(scenarioSection(await pageOf(name, {}, true)));
    const text = sections.join('\n');
    if (UPDATE) write(SMALL_TITLE, JIGGLE_TITLE, text);
    expect(`${between(read(), SMALL_TITLE, JIGGLE_TITLE)}\n`).toBe(`${text.trim()}\n`);
  }, 600_000);

  it.runIf(UPDATE === 'all')(
    'is told of all of jiggle',
    async () => {
      const pages: Page[] = [];
      for (const name of JIGGLE) {
        pages.push(await pageOf(name, { model: ['posix'], deaths: ['cut'] }, false));
        console.log(name);
        write(JIGGLE_TITLE, LAST_TITLE, waysSection(waysOf(pages)));
      }
    },
    3_600_000,
  );

  it('has of one backup, looked at again, what each of its syncs is', async () => {
    const page = waysOnPage();
    const ways = waysOf([await pageOf(SAMPLE, { model: ['posix'], deaths: ['cut'] }, false)]);
    expect(ways.length).toBeGreaterThan(5);
    for (const { way, neededIn, redundantIn } of ways) {
      expect(page.get(way)?.needed.includes(SAMPLE) ?? false, `${way} needed`).toBe(neededIn.length > 0);
      expect(page.get(way)?.redundant.includes(SAMPLE) ?? false, `${way} redundant`).toBe(
        redundantIn.length > 0,
      );
    }
  }, 300_000);
});
