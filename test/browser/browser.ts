import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { htmlReport } from '../../reports/html.ts';
import type { ReportModel } from '../../reports/model.ts';
import { bundleViewer } from '../../tools/bundle-viewer.ts';

/** Debian's package, or wherever the variable says. */
export const CHROMIUM = process.env['BLACKOUT_CHROMIUM'] ?? '/usr/bin/chromium';

/** Why the tests in a browser can't run here; undefined if they can. */
export const noBrowser: string | undefined = existsSync(CHROMIUM)
  ? undefined
  : `there is no ${CHROMIUM}: install Debian's package chromium, or name another one in BLACKOUT_CHROMIUM`;

export interface OpenPage {
  readonly page: Page;
  /** Addresses that the page asked for, its own file not among them. */
  readonly requests: readonly string[];
  /** What the page threw, or complained of on the console. */
  readonly complaints: readonly string[];
}

/** Reports on a disk, and a browser that opens them from there. */
export class Reports {
  readonly #folder: string;
  readonly #browser: Browser;

  private constructor(folder: string, browser: Browser) {
    this.#folder = folder;
    this.#browser = browser;
  }

  static async start(): Promise<Reports> {
    const folder = await mkdtemp(join(tmpdir(), 'blackout-browser-'));
    // Chromium's own sandbox needs rights that containers, CI's among them, seldom have.
    return new Reports(folder, await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] }));
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Writes a report. Returns its address. */
  async write(name: string, model: ReportModel, base?: ReportModel): Promise<string> {
    const path = join(this.#folder, `${name}.html`);
    await writeFile(path, htmlReport(model, await viewer(), base));
    return pathToFileURL(path).href;
  }

  /** @param hash the place in the report, with its `#` */
  async open(address: string, hash = '', options: BrowserContextOptions = {}): Promise<OpenPage> {
    const page = await this.#browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => {
      if (request.url().split('#')[0] !== address) requests.push(request.url());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    await page.goto(address + hash);
    await page.locator('h1').first().waitFor();
    return { page, requests, complaints };
  }
}

let bundled: ReturnType<typeof bundleViewer> | undefined;

/** The viewer as its sources are now, not as they were when `dist` was built. */
async function viewer(): ReturnType<typeof bundleViewer> {
  return await (bundled ??= bundleViewer(fileURLToPath(new URL('../..', import.meta.url))));
}
