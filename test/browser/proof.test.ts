import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../reports/events.ts';
import { foldEvents, type ReportModel } from '../../reports/model.ts';
import { noBrowser, Reports } from './browser.ts';
import { recorded, recordedEvents } from './models.ts';

if (noBrowser) it.skip(`shows what was proved in a browser (skipped: ${noBrowser})`);

const WIDTHS = [390, 420, 1280] as const;

describe.skipIf(noBrowser !== undefined)('what was proved, in the HTML report', () => {
  let reports: Reports;
  let passing: string;
  let mixed: string;

  beforeAll(async () => {
    reports = await Reports.start();
    passing = await reports.write('passing', passingOf(recordedEvents()), withUptime(5));
    mixed = await reports.write('mixed', recorded());
  });
  afterAll(async () => await reports?.close());

  it('comes first where all passes: the claim, and a line for each scenario', async () => {
    const { page, requests, complaints } = await reports.open(passing);
    expect(await page.locator('h2').allInnerTexts()).toEqual([
      expect.stringMatching(/^What changed since a report of 2026-11-25/),
      expect.stringMatching(/^What was proved/),
      'All scenarios',
    ]);
    const card = page.locator('section', { has: page.locator('#proved-title') });
    expect(await card.locator('.claim').innerText()).toContain('every state that any number of power cuts');
    expect(await card.locator('tbody tr').allInnerTexts()).toEqual([
      expect.stringMatching(
        /^backup-incremental\s+under sequential, posix\s+709\s+3 cuts\s+12 ops\s+1\.\d ×$/,
      ),
      expect.stringMatching(/^append-log\s+under sequential, posix\s+23\s+1 cut\s+2 ops\s+1\.\d ×$/),
    ]);
    expect(await card.locator('.spark').first().getAttribute('aria-label')).toMatch(
      /^\d+ after 1 cut, \d+ after 2 cuts, \d+ after 3 cuts$/,
    );
    expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
    await page.close();
  });

  it('comes last where something fails, and only of the runs that pass', async () => {
    const { page } = await reports.open(mixed);
    const titles = await page.locator('h2').allInnerTexts();
    expect(titles.at(-1)).toBe('What was proved by the 6 runs that pass');
    const names = await page.locator('.proved tbody th').allInnerTexts();
    expect(names.find((name) => name.startsWith('append-log-no-checksum'))).toMatch(/under sequential$/);
    await page.close();
    const { page: failing } = await reports.open(mixed, '#/append-log-no-checksum/posix');
    expect(await failing.locator('#proof-title').count()).toBe(0);
    await failing.close();
  });

  it('is told of a run by depth, with why there is no more, and what came nearest to failing', async () => {
    const { page } = await reports.open(passing, '#/backup-incremental/posix');
    const card = page.locator('section', { has: page.locator('#proof-title') });
    const rows = await card.locator('.depths li').allInnerTexts();
    expect(rows).toHaveLength(4);
    expect(rows[3]).toMatch(/^4 cuts\s+none is new: these are all$/);
    const states = rows.slice(0, 3).map((row) => Number(/\d+$/.exec(row)![0]));
    expect(states.reduce((sum, each) => sum + each, 0)).toBe(420);
    const near = await card.locator('.nearest').innerText();
    expect(near).toMatch(
      /Each life must last 12 ops. With one less, cuts could go round for ever through state \d+/,
    );
    expect(near).toMatch(
      /Furthest, 3 cuts away: state \d+, cut after op \d+, and again in the recovery after it/,
    );
    const changed = page.locator('section', { has: page.locator('#since-title') });
    expect(await changed.innerText()).toContain('minimum uptime 5 → 12 (worse)');
    expect(await changed.locator('.worse').count()).toBe(2);
    await page.close();
  });

  it('leads to the states that it names by keyboard alone', async () => {
    const { page } = await reports.open(passing, '#/backup-incremental/posix');
    const first = page.locator('.nearest a').first();
    const named = await first.innerText();
    await page.locator('.chip').last().focus();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe(named);
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`states/${/\d+/.exec(named)![0]}$`));
    await page.close();
  });

  it('can be read by all, in light and in dark, narrow and wide', async () => {
    for (const width of WIDTHS) {
      const { page } = await reports.open(passing, '', { viewport: { width, height: 844 } });
      await page.evaluate(axe.source);
      for (const place of ['#/', '#/backup-incremental/posix']) {
        await page.goto(passing + place);
        await page.locator('.proof').waitFor();
        expect(await page.evaluate('document.documentElement.scrollWidth'), place).toBeLessThanOrEqual(width);
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          const wrong = await page.evaluate(
            `axe.run(document.querySelector('main'), { resultTypes: ['violations'] })
              .then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))`,
          );
          expect(wrong, `${place} in ${colorScheme}, ${width} wide`).toEqual([]);
        }
      }
      await page.close();
    }
  });
});

/** The recorded scenarios that pass under all models. */
function passingOf(events: readonly RunEvent[]): ReportModel {
  const runs = new Set(
    events.flatMap((event) =>
      event.type === 'run' && ['backup-incremental', 'append-log'].includes(event.scenario)
        ? [event.run]
        : [],
    ),
  );
  return foldEvents(events.filter((event) => !('run' in event) || runs.has(event.run)));
}

/** The same, but with another minimum uptime. */
function withUptime(minimumUptime: number): ReportModel {
  return passingOf(
    recordedEvents().map((event) =>
      event.type === 'run-end' && event.convergence !== null
        ? { ...event, convergence: { ...event.convergence, minimumUptime } }
        : event,
    ),
  );
}
