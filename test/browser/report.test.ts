import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noBrowser, Reports } from './browser.ts';
import { large, recorded, withFailingCalls, withMounts } from './models.ts';

/** Pages of every kind, by their places in the recorded report. */
const PLACES = [
  '#/',
  '#/burp-ordering',
  '#/backup-incremental/posix',
  '#/burp-ordering/posix/cut/16',
  '#/burp-ordering/posix/cut/40',
  '#/backup-incremental/posix/states',
  '#/backup-incremental/posix/states/100',
  '#/no-such-scenario',
];

if (noBrowser) it.skip(`shows the report in a browser (skipped: ${noBrowser})`);

describe.skipIf(noBrowser !== undefined)('the HTML report in a browser', () => {
  let reports: Reports;
  let all: string;
  let failing: string;

  beforeAll(async () => {
    reports = await Reports.start();
    all = await reports.write('all', recorded());
    failing = await reports.write('failing', recorded('burp-ordering'));
  });
  afterAll(async () => await reports?.close());

  it('names the lost file, its cause and its remedy on the first screen', async () => {
    const { page, complaints } = await reports.open(failing);
    const screen = await firstScreenText(page);
    expect(screen).toContain('burp-ordering does not survive every power cut');
    expect(screen).toContain('backup 3: /b/a.txt: gzip data is damaged');
    expect(screen).toContain('write /store/c1/finishing/data.tmp/t/b/a.txt [0, +27)');
    expect(screen).toContain('fsync /store/c1/finishing/data.tmp/t/b/a.txt right after op 7');
    expect(screen).toMatch(/npx blackout repro 'burp-ordering:posix:16/);
    expect(screen).toContain('Where a power cut hurts');
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('shows every kind of page from a disk without asking for anything, and accessibly, in light and in dark', async () => {
    const { page, requests, complaints } = await reports.open(all);
    await page.evaluate(axe.source);
    for (const place of PLACES) {
      await go(page, all, place);
      expect(await seriousViolations(page), `${place} in light`).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await seriousViolations(page, ['color-contrast']), `${place} in dark`).toEqual([]);
      await page.emulateMedia({ colorScheme: 'light' });
    }
    expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
    await page.close();
  });

  it('shows all models of a scenario in a window of 420 pixels, and breaks no name that has room', async () => {
    const { page } = await reports.open(all);
    await page.setViewportSize({ width: 420, height: 900 });
    await go(page, all, '#/');
    const seen = (await page.evaluate(`(() => {
      const row = document.querySelector('.overview tbody tr');
      const right = (cell) => [cell.dataset.model, cell.getBoundingClientRect().right];
      return {
        cells: [...row.querySelectorAll('td')].map(right),
        height: row.querySelector('th a').getBoundingClientRect().height,
        wide: document.documentElement.scrollWidth,
      };
    })()`)) as { cells: [string, number][]; height: number; wide: number };
    expect(seen.cells.length).toBeGreaterThan(1);
    for (const [model, right] of seen.cells) expect(right, model).toBeLessThanOrEqual(420);
    expect(seen.height).toBeLessThan(40);
    expect(seen.wide).toBe(420);
    await page.close();
  });

  it('has a column for each disk at /, and says in the cell what else is mounted', async () => {
    const { page } = await reports.open(await reports.write('mounts', withMounts('backup-incremental')));
    const table = page.locator('.overview');
    const columns = await table.locator('thead th').allInnerTexts();
    expect(columns).toEqual(['scenario', ...new Set(recorded().runs.map(({ model }) => model))]);
    const row = table.locator('tbody tr', { hasText: 'backup-incremental' });
    for (const cell of await row.locator('td').allInnerTexts()) expect(cell).toMatch(/\/wal on xfs|not run/);
    expect(await row.innerText()).toContain('/wal on xfs');
    expect(await table.locator('tbody tr').filter({ hasText: '/wal' }).count()).toBe(1);
    await page.close();
  });

  it('would be told of a page that is not accessible', async () => {
    const { page } = await reports.open(all);
    await page.evaluate('document.querySelector("input[type=search]").removeAttribute("aria-label")');
    await page.evaluate('document.querySelector("input[type=search]").removeAttribute("placeholder")');
    await page.evaluate(axe.source);
    expect((await seriousViolations(page)).map(({ id }) => id)).toEqual(['label']);
    await page.close();
  });

  it('would be stopped by its own policy if it asked for something', async () => {
    const { page, complaints } = await reports.open(all);
    await page.evaluate('fetch("https://example.org/").catch(() => 0)');
    expect(complaints.join()).toContain('Content Security Policy');
    await page.close();
  });

  it('fits a telephone without scrolling sideways', async () => {
    const { page } = await reports.open(all, '', { viewport: { width: 390, height: 844 } });
    for (const place of PLACES) {
      await go(page, all, place);
      expect(await page.evaluate('document.documentElement.scrollWidth'), place).toBeLessThanOrEqual(390);
    }
    await page.close();
  });

  it('shows the whole graph of states in a window of 390 pixels, and all of its columns where there is room', async () => {
    const { page } = await reports.open(all, '', { viewport: { width: 390, height: 844 } });
    const edges = async (): Promise<{ boxes: number; right: number; room: number; shown: number }> => {
      await go(page, all, '#/backup-incremental/posix/states');
      return (await page.evaluate(`(() => {
        const shown = [...document.querySelectorAll('svg.graph')].filter((each) => each.checkVisibility());
        const boxes = [...shown[0].querySelectorAll('.box')];
        return {
          boxes: boxes.length,
          right: Math.max(...boxes.map((box) => box.getBoundingClientRect().right)),
          room: shown[0].parentElement.getBoundingClientRect().right,
          shown: shown.length,
        };
      })()`)) as Awaited<ReturnType<typeof edges>>;
    };
    const narrow = await edges();
    await page.setViewportSize({ width: 1280, height: 844 });
    const wide = await edges();
    for (const { right, room, shown } of [narrow, wide]) {
      expect(right).toBeLessThanOrEqual(room);
      expect(shown).toBe(1);
    }
    expect(narrow.boxes).toBe(wide.boxes);
    expect(wide.boxes).toBe(4);
    await page.close();
  });

  it('leads from the first page down to the byte, by keyboard alone', async () => {
    const { page } = await reports.open(failing);
    await page.locator('.heat-grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('n');
    expect(await page.locator('.heat-readout').textContent()).toMatch(/^posix cut after op 16, .*corrupt/);
    await page.keyboard.press('Enter');
    await page.locator('.timeline .cut').waitFor();
    expect(page.url()).toContain('#/burp-ordering/posix/cut/16');
    expect(await page.locator('.timeline .culprit').textContent()).toMatch(
      /^7write .*the loss that matters.*lost/,
    );
    expect(await page.locator('.tear').textContent()).toBe('not as written from byte 0 on');
    expect(await page.locator('.hex .wrong').first().textContent()).toBe('00');
    await page.goBack();
    await page.locator('.heat-grid').waitFor();
    await page.close();
  });

  it('shows a story as a picture, and where in the source each op is made', async () => {
    const { page, complaints } = await reports.open(failing, '#/burp-ordering/posix/cut/16');
    const picture = page.locator('.story-picture');
    await picture.waitFor();
    expect(await picture.locator('svg[role=img]').getAttribute('aria-label')).toBe(
      'the run is cut after op 16 and loses op 7; last recovery is not cut: corrupt',
    );
    expect(await picture.locator('line.cut').count()).toBe(1);
    expect(await picture.locator('.culprit').count()).toBe(1);
    expect(await picture.locator('.rescue title').textContent()).toContain('right after op 7');
    expect(await picture.locator('.story-end').textContent()).toMatch(/corrupt.*27 B, all zeros/);
    const made = page.locator('.timeline .culprit .place');
    expect(await made.first().innerText()).toMatch(/^\S+ \(scenarios\/burp\/patch\.ts:\d+:\d+\)$/);
    expect(await made.count()).toBeGreaterThan(1);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('walks from state to state and back by keyboard', async () => {
    const { page } = await reports.open(all, '#/backup-incremental/posix/states');
    await page.locator('.walk-points button').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.waitForURL(/states\/\d+$/);
    await page.locator('.walk-points [aria-pressed="true"]:focus').waitFor();
    await page.keyboard.press('Backspace');
    await page.waitForURL(/states$/);
    await page.close();
  });

  it('leads from a crash point to the lives in which the next call fails', async () => {
    const url = await reports.write('failing-calls', await withFailingCalls());
    const { page } = await reports.open(url, '#/failed-sync/ext4/cut/1');
    const card = page.locator('section', { hasText: 'with the next call going otherwise' });
    await card.locator('a').first().click();
    await page.waitForURL(/states\/\d+$/);
    expect(await page.locator('main').innerText()).toContain('a call fails after op 1');
    await page.close();
  });

  it('shows the same place to whoever follows a link', async () => {
    const first = await reports.open(all);
    await first.page.getByLabel('Search').fill('incremental');
    const linked = await reports.open(all, String(await first.page.evaluate('location.hash')));
    expect(await linked.page.locator('.overview tbody tr').count()).toBe(1);
    expect(await linked.page.locator('.overview').innerText()).toBe(
      await first.page.locator('.overview').innerText(),
    );
    await linked.page.goto(`${all}#/burp-ordering/posix/cut/16?cause=1`);
    expect(await linked.page.locator('h1').textContent()).toContain('gzip data is damaged');
    await Promise.all([first.page.close(), linked.page.close()]);
  });

  it('copies the line that reproduces', async () => {
    const { page } = await reports.open(failing, '', { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.getByRole('button', { name: 'Copy the line that plays this story again' }).click();
    await page.getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toMatch(
      /^npx blackout repro 'burp-ordering:/,
    );
    await page.close();
  });

  it('shows the first screen of 100,000 states before it unpacks them', async () => {
    const address = await reports.write('large', large());
    const { page, complaints } = await reports.open(address);
    const text = 'performance.getEntriesByName("first-screen")[0].startTime';
    const took = (await page.evaluate(text)) as number;
    console.log(`first screen of 100,000 states after ${Math.round(took)} ms`);
    // The bound is two seconds on a quiet machine; one that runs five other tests at a time is no reason to fail.
    expect(took).toBeLessThan(10_000);
    await go(page, address, '#/burp-ordering/posix/states/1203');
    expect(await page.locator('main').innerText()).toContain('49,825 come back');
    expect(complaints).toEqual([]);
    await page.close();
  });
});

/** What stands on the screen before anybody scrolls. */
async function firstScreenText(page: Page): Promise<string> {
  return await page.evaluate(`
    [...document.querySelectorAll('h1, h2, h3, p, dd, code')]
      .filter((part) => part.getBoundingClientRect().bottom <= innerHeight)
      .map((part) => part.textContent)
      .join('\\n')`);
}

async function go(page: Page, address: string, place: string): Promise<void> {
  await page.goto(address + place);
  await settled(page);
}

/** Waits until a run's details are there, where the place has any. */
async function settled(page: Page): Promise<void> {
  await page.locator('main [role="status"]').waitFor({ state: 'detached' });
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
}

interface Violation {
  readonly id: string;
  readonly html: string;
}

/** @param rules those of axe to check; all, if nothing is said. The page must have axe. */
async function seriousViolations(page: Page, rules?: readonly string[]): Promise<readonly Violation[]> {
  const options = { resultTypes: ['violations'], ...(rules && { runOnly: rules }) };
  const found = await page.evaluate(
    `axe.run(document, ${JSON.stringify(options)}).then(({ violations }) =>
      violations.map(({ id, impact, nodes }) => ({ id, impact, html: nodes[0].html })))`,
  );
  return (found as (Violation & { impact: string })[])
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, html }) => ({ id, html }));
}
