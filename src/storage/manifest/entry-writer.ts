import assert from 'node:assert';
import { createHash } from 'node:crypto';
import { formatAttributes } from './attributes.ts';
import { type ByteString, isByteString, toBytes } from './byte-string.ts';
import { formatEnd } from './end-of-file.ts';
import { type Entry, hasData, hasLink } from './entry.ts';
import { type ManifestForm, SCAN_END } from './manifest-form.ts';
import { formatRecord } from './record.ts';

/** The records of one entry, as a byte string. What the form has no place for is left out. */
export function formatEntry(entry: Entry, form: ManifestForm = 'manifest'): ByteString {
  const { letter, path, attributes, link, dataPath, end } = entry;
  assertText(path, 'path');
  let text = formatRecord('r', formatAttributes(attributes)) + formatRecord(letter, path);
  if (hasLink(letter)) {
    assertText(link, 'link');
    text += formatRecord(letter, link);
  }
  if (form === 'scan' || !hasData(letter)) return text;
  assertText(dataPath, 'data path');
  assert(end, `the entry "${letter}" has data, so it needs an end`);
  return formatRecord('t', dataPath) + text + formatRecord('x', formatEnd(end));
}

/** A whole list. */
export function formatEntries(entries: Iterable<Entry>, form: ManifestForm = 'manifest'): Uint8Array {
  let text = '';
  for (const entry of entries) text += formatEntry(entry, form);
  if (form === 'scan') text += formatRecord('c', SCAN_END);
  return toBytes(text);
}

/** What a manifest must turn out to be when it is read again: Burp's own format has neither. */
export interface ManifestSeal {
  readonly count: number;
  /** Bytes of plain text. */
  readonly size: number;
  /** SHA-256 of the plain text, lower-case hex. */
  readonly sha256: string;
}

/** Turns entries into bytes one by one, counts them, and takes the digest of it all. */
export class EntryWriter {
  count = 0;
  size = 0;
  private readonly form: ManifestForm;
  private readonly hash = createHash('sha256');

  constructor(form: ManifestForm = 'manifest') {
    this.form = form;
  }

  write(entry: Entry): Uint8Array {
    const bytes = this.pass(formatEntry(entry, this.form));
    this.count++;
    return bytes;
  }

  /** What comes after the last entry: the end mark of a scan, nothing for a manifest. */
  end(): Uint8Array {
    return this.pass(this.form === 'scan' ? formatRecord('c', SCAN_END) : '');
  }

  /** Count, size and digest so far; writing may go on afterwards. */
  seal(): ManifestSeal {
    return { count: this.count, size: this.size, sha256: this.hash.copy().digest('hex') };
  }

  private pass(text: ByteString): Uint8Array {
    const bytes = toBytes(text);
    this.hash.update(bytes);
    this.size += bytes.length;
    return bytes;
  }
}

function assertText(text: ByteString | undefined, what: string): asserts text is ByteString {
  assert(text !== undefined && text !== '', `an entry needs its ${what}`);
  assert(isByteString(text), `a ${what} must be a string of bytes: see fromText`);
  assert(!text.includes('\0'), `a ${what} can't hold a zero byte`);
}
