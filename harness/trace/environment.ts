import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where programs are looked for: as for whoever runs the tester, and where a system keeps its servers. */
export function searchPath(): string {
  return `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
}

/** A home without settings of anybody's. */
export function homeOf(folder: string): string {
  const home = join(folder, '.home');
  mkdirSync(home, { recursive: true });
  return home;
}
