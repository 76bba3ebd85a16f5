import { ByteQueue } from '../codec/byte-queue.ts';
import { damage } from '../codec/damage.ts';
import { viewBytes } from './byte-string.ts';
import type { Entry } from './entry.ts';
import { EntryAssembler } from './entry-assembler.ts';
import type { ManifestForm } from './manifest-form.ts';
import { type RecordPlace, findRecord } from './record.ts';

/**
 * Reads a list of entries (plain text, not gzip) from pieces of any size. Keeps at most one record (64 KiB) and one
 * entry. All damage is an EBADMSG error with its byte. To resume a list that was cut short, push what there is and
 * look at `completeLength` instead of calling `finish`.
 */
export class EntryReader {
  /** Bytes up to the end of the last complete entry (or of the end mark). */
  completeLength = 0;
  /** Complete entries so far. */
  count = 0;
  private readonly form: ManifestForm;
  private readonly assembler: EntryAssembler;
  private readonly waiting = new ByteQueue(0);
  private readonly place: RecordPlace = { letter: 0, start: 0, end: 0 };
  /** Place in the list of the first byte that waits. */
  private at = 0;

  constructor(form: ManifestForm) {
    this.form = form;
    this.assembler = new EntryAssembler(form);
  }

  /** Takes the next piece, and gives the entries that are complete with it. */
  push(piece: Uint8Array): Entry[] {
    const entries: Entry[] = [];
    if (this.waiting.length === 0) {
      const used = this.read(piece, entries);
      if (used < piece.length) this.waiting.append(piece.subarray(used));
    } else {
      this.waiting.append(piece);
      this.waiting.drop(this.read(this.waiting.view(), entries));
    }
    return entries;
  }

  /** Throws EBADMSG unless the list ended where it may. */
  finish(): void {
    const end = this.at + this.waiting.length;
    if (this.waiting.length > 0) throw damage('manifest', end, 'it ends within a record');
    if (this.assembler.isWithinEntry) throw damage('manifest', end, 'it ends within an entry');
    if (this.form === 'scan' && !this.assembler.ended)
      throw damage('manifest', end, 'it ends without its end mark');
  }

  /** Reads all whole records, and returns how many bytes they have. */
  private read(piece: Uint8Array, entries: Entry[]): number {
    const bytes = viewBytes(piece);
    const base = this.at;
    let used = 0;
    for (;;) {
      const next = findRecord(bytes, used, base, this.place);
      if (next === undefined) break;
      const entry = this.assembler.take(bytes, this.place, base);
      used = next;
      if (entry) {
        entries.push(entry);
        this.count++;
      }
      if (entry || this.assembler.ended) this.completeLength = base + used;
    }
    this.at += used;
    return used;
  }
}

/** All entries of a whole list. Throws EBADMSG for damage. */
export function parseEntries(bytes: Uint8Array, form: ManifestForm = 'manifest'): Entry[] {
  const reader = new EntryReader(form);
  const entries = reader.push(bytes);
  reader.finish();
  return entries;
}

/** The entries of a list of any size, one by one. Throws EBADMSG for damage, at the latest at the end. */
export async function* readEntries(
  input: AsyncIterable<Uint8Array>,
  form: ManifestForm = 'manifest',
): AsyncGenerator<Entry, void, undefined> {
  const reader = new EntryReader(form);
  for await (const piece of input) yield* reader.push(piece);
  reader.finish();
}
