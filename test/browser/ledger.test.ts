import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inDirectory, run } from '../../harness/cli/testing/fake-io.ts';
import { PROTOCOLS } from '../../harness/runs/syncs/testing/protocols.ts';
import { foldEvents } from '../../reports/model.ts';
import { readEvents } from '../../reports/read-events.ts';
import { noBrowser, Reports } from './browser.ts';

if (noBrowser) it.skip(`shows the ledger in a browser (skipped: ${noBrowser})`);

describe.skipIf(noBrowser !== undefined)('the sync ledger in the HTML report', () => {
  let reports: Reports;
  let address: string;

  beforeAll(async () => {
    reports = await Reports.start();
    const made = PROTOCOLS[0]!.make(() => true);
    const catalogue = [{ name: made.name, summary: '', group: 'Tests', byDefault: true, make: () => made }];
    await inDirectory(async (directory) => {
      await run(['syncs', made.name, '--model', 'ext4,posix', '--output', 'out'], catalogue, directory);
      const { events } = readEvents(await readFile(join(directory, 'out/events.jsonl')));
      address = await reports.write('ledger', foldEvents(events));
    });
  });
  afterAll(async () => await reports?.close());

  it('is a line of ops with a bar for each sync, and a table of what each is under which model', async () => {
    const { page, requests, complaints } = await reports.open(address);
    const card = page.locator('section', { has: page.locator('#ledger-title') });
    await card.waitFor();
    expect(await card.locator('svg g.sync.needed').count()).toBe(1);
    expect(await card.locator('svg g.sync.redundant').count()).toBe(2);
    expect(await card.locator('svg circle.op').count()).toBe(3);
    expect(await card.locator('svg path.durable').count()).toBeGreaterThan(1);
    expect(await card.locator('tbody tr').allInnerTexts()).toEqual([
      expect.stringMatching(/S1 fsync run .*■ needed\s+■ needed/s),
      expect.stringMatching(/S2 fsync run .*○ redundant\s+○ redundant/s),
      expect.stringMatching(/S3 fsync run .*○ redundant\s+○ redundant/s),
    ]);
    expect(await card.innerText()).toMatch(/posix: 2 of 3: S1, S[23]/);
    await card.locator('summary').first().press('Enter');
    const details = await card.locator('details[open]').innerText();
    expect(details).toContain('protocols.ts');
    expect(details).toMatch(/Without it, under ext4: the file is old, or new and stays so is broken/);
    expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
    await page.close();
  });

  it('can be read by all, in light and in dark, and on a telephone', async () => {
    const { page } = await reports.open(address, '', { viewport: { width: 390, height: 844 } });
    await page.locator('#ledger-title').waitFor();
    await page.locator('.ledger summary').first().press('Enter');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await page.evaluate(axe.source);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const wrong = (await page.evaluate(
        `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id }) => id))`,
      )) as readonly string[];
      expect(wrong, colorScheme).toEqual([]);
    }
    await page.close();
  });
});
