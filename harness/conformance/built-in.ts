import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseObservations, type Workload } from './observations.ts';

/**
 * The observations that come with the package: 25 workloads on 7 configurations of ext4, xfs and btrfs under Linux
 * 6.18, 128,302 crash images that a real kernel mounted.
 */
export function builtInObservations(): readonly Workload[] {
  return parseObservations(readFileSync(join(packageRoot(), FILE), 'utf8'));
}

const FILE = 'harness/conformance/observed.json';

/** The built files lie one folder deeper than the sources, and the data is not built. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
