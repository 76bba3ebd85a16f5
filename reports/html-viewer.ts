import { readFile } from 'node:fs/promises';

/** The app that shows a report, as `npm run build` bundles it from `reports/viewer`. */
export interface ViewerTexts {
  readonly script: string;
  readonly style: string;
}

/** Beside this file once it is built; in `dist` if the sources are run as they are. */
const PLACES = ['./viewer/', '../dist/reports/viewer/'];

/** @throws if it has not been built */
export async function loadViewer(): Promise<ViewerTexts> {
  for (const place of PLACES) {
    try {
      const [script, style] = await Promise.all(
        ['app.js', 'app.css'].map(
          async (name) => await readFile(new URL(`${place}${name}`, import.meta.url), 'utf8'),
        ),
      );
      return { script: script!, style: style! };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  throw new Error('the HTML report is not built: run `npm run build` once');
}
