import { mayNotTry } from '../../programs/guard.ts';
import type { MissingReport } from '../../../reports/schema/remedy.ts';
import type { Opened } from './all-models.ts';
import { editReport } from './edit-report.ts';
import { remedyFor, type Remedy } from './remedy.ts';

/** Each life that is tried might cost a thread of those who explore; `fix` has its own. */
const UNTRIED =
  'no remedy is known, since it does not end or ends its process on some disk, and what is tried may do so, too: `blackout fix` tries';

/** What is missing under one model; undefined where it does not break. */
export async function missingIn(opened: Opened): Promise<MissingReport | undefined> {
  if (opened.bench.base.held !== 'fails') return undefined;
  if (mayNotTry()) return { edits: [], proved: false, change: null, note: UNTRIED };
  return missingReport(await remedyFor([opened]));
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
