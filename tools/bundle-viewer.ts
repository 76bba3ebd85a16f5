import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import type { ViewerTexts } from '../reports/html-viewer.ts';

/** In the order in which they apply. */
const STYLES = [
  'base.css',
  'verdict.css',
  'proof.css',
  'heat-map.css',
  'story.css',
  'story-picture.css',
  'graph.css',
  'ledger.css',
];

/**
 * Bundles the viewer's sources into one script and one style sheet, with nothing left to load.
 *
 * @param root the project's root folder
 */
export async function bundleViewer(root: string): Promise<ViewerTexts> {
  const folder = join(root, 'reports', 'viewer');
  const bundle = await rolldown({ input: join(folder, 'main.ts'), platform: 'browser' });
  try {
    const { output } = await bundle.generate({ format: 'iife', minify: true });
    const styles = await Promise.all(
      STYLES.map(async (name) => await readFile(join(folder, 'style', name), 'utf8')),
    );
    return { script: output[0].code, style: styles.join('\n') };
  } finally {
    await bundle.close();
  }
}
