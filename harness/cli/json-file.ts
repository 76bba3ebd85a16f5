import { resolve } from 'node:path';
import { writeAtomically } from '../../reports/write-atomically.ts';
import type { Io } from './io.ts';

/** The place that stands for standard output. */
export const STDOUT = '-';

/**
 * What `--json` asks for: a file, old or new, or standard output, or nothing.
 * @returns whether standard output is taken by it, so that no text goes there
 */
export async function writeJson(io: Io, file: string | undefined, value: object): Promise<boolean> {
  if (file === undefined) return false;
  const text = `${JSON.stringify(value, null, 2)}\n`;
  if (file === STDOUT) io.stdout.write(text);
  else await writeAtomically(resolve(io.cwd, file), text);
  return file === STDOUT;
}
