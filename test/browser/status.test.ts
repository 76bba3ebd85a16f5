import axe from 'axe-core';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WatchedClient } from '../../src/protocol/monitor-ports.ts';
import { StatusServer } from '../../src/status/server.ts';
import { CHROMIUM, noBrowser } from './browser.ts';

if (noBrowser) it.skip(`jiggle's page in a browser (skipped: ${noBrowser})`);

const HOSTILE = '<script>globalThis.harmed = true</script><img src=x onerror="globalThis.harmed = true">';

const client = (name: string): WatchedClient => ({
  name,
  labels: [HOSTILE],
  children: [],
  backups: async () => [
    {
      name: '0000001 2026-11-25 07:20:52 +0000',
      line: '0000001',
      number: 1,
      flags: ['current'],
      logs: ['backup'],
    },
  ],
  lines: async () => ['first line', HOSTILE],
  open: () => Promise.reject(new Error('not asked for')),
});

describe.skipIf(noBrowser !== undefined)("jiggle's page in a browser", () => {
  let server: StatusServer;
  let browser: Browser;
  beforeAll(async () => {
    const watched = { everybody: async () => [client('laptop'), client(HOSTILE)] };
    server = await StatusServer.open(0, watched, () => {});
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it.each([
    ['light', 1280],
    ['dark', 320],
  ] as const)(
    'leads from clients to a log, runs nothing, and has nothing that axe complains of (%s, %i wide)',
    async (colorScheme, width) => {
      const page = await browser.newPage({ colorScheme, viewport: { width, height: 700 } });
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => complaints.push(message.text()));
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.resourceType()));
      await page.goto(server.address);
      for (const [heading, next] of [
        ['Backups', 'laptop'],
        ['laptop', 'log'],
        ['laptop: log', undefined],
      ] as const) {
        expect(await page.locator('h1').textContent()).toBe(heading);
        expect(await page.evaluate('globalThis.harmed')).toBe(undefined);
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
        await page.evaluate(axe.source);
        expect(
          await page.evaluate(
            'axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))',
          ),
        ).toEqual([]);
        if (next !== undefined) await page.getByRole('link', { name: next, exact: true }).click();
      }
      expect(await page.locator('pre').textContent()).toBe(`first line\n${HOSTILE}\n`);
      expect([...new Set(requests.filter((type) => type !== 'other'))]).toEqual(['document']);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );
});
