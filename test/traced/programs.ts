import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian's own: a shim in its place would be another program. */
export const PYTHON = '/usr/bin/python3';

/** Which of these programs this machine lacks, as the end of a test's name; undefined if none. */
export function missing(...programs: readonly string[]): string | undefined {
  const lacking = programs.filter((program) => !isThere(program));
  return lacking.length === 0 ? undefined : ` (skipped: there is no ${lacking.join(', no ')} here)`;
}

function isThere(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  const paths = program.startsWith('/') ? [program] : folders.map((folder) => join(folder, program));
  return paths.some((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
