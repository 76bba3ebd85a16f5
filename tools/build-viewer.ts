import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleViewer } from './bundle-viewer.ts';

// The second half of `npm run build`: the HTML report's app, beside the writer that puts it into each report.
const dist = fileURLToPath(new URL('..', import.meta.url));
const { script, style } = await bundleViewer(join(dist, '..'));
const folder = join(dist, 'reports', 'viewer');
await mkdir(folder, { recursive: true });
await writeFile(join(folder, 'app.js'), script);
await writeFile(join(folder, 'app.css'), style);
