import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parseObservations, type Workload } from './observations.ts';

/**
 * The observations that come with the package: 25 workloads on 7 configurations of ext4, xfs and btrfs under Linux
 * 6.18, 128,302 crash images that a real kernel mounted.
 */
export function builtInObservations(): readonly Workload[] {
  return parseObservations(read('observed.json').toString('utf8'));
}

/**
 * Those of 357 random workloads, of four to nine ops, on the same configurations: 147,681 crash images. Nobody chose
 * them, and no model was made with them in mind: 235 of their states were forbidden when they were first held against
 * the models.
 */
export function randomObservations(): readonly Workload[] {
  return parseObservations(gunzipSync(read('observed-random.json.gz')).toString('utf8'));
}

function read(file: string): Buffer {
  return readFileSync(join(packageRoot(), 'harness/conformance', file));
}

/** The built files lie one folder deeper than the sources, and the data is not built. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
