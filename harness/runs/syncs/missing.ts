import type { MissingReport } from '../../../reports/schema/remedy.ts';
import type { Opened } from './all-models.ts';
import { editReport } from './edit-report.ts';
import { remedyFor, type Remedy } from './remedy.ts';

/** What is missing under one model; undefined where it does not break. */
export async function missingIn(opened: Opened): Promise<MissingReport | undefined> {
  return opened.bench.base.held === 'fails' ? missingReport(await remedyFor([opened])) : undefined;
}

/** A remedy as plain data. */
export function missingReport(remedy: Remedy): MissingReport {
  if (remedy.type === 'mended') {
    const { added, proved, change } = remedy;
    return { edits: added.map(editReport), proved, change: change?.text ?? null, note: null };
  }
  const note = remedy.type === 'unknown' ? `no remedy is known: ${remedy.reason}` : remedy.hints.join('; ');
  return { edits: [], proved: false, change: null, note };
}
