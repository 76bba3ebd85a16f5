import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildJiggle } from './jiggle-package.ts';

// The last part of `npm run build`: the server, in its own package, as it is shipped and as `npx jiggle` runs it here.
const root = fileURLToPath(new URL('../..', import.meta.url));
await buildJiggle(root, join(root, 'src/dist'));
