import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { reportSchema, type Report } from './schema.ts';

/** The report as the text of `report.json`. Throws if it breaks its own schema. */
export function jsonReport(report: Report): string {
  return `${JSON.stringify(reportSchema.parse(report), null, 2)}\n`;
}

/**
 * Writes a file so that it is old or new after a power cut, never a mix, and new once this returns: a temporary file,
 * fsync, rename, fsync of the directory.
 */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
