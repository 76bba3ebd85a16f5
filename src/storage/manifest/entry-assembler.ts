import { type Damage, damage } from '../codec/damage.ts';
import { type Attributes, parseAttributes } from './attributes.ts';
import type { ByteString } from './byte-string.ts';
import { parseEnd } from './end-of-file.ts';
import { type Entry, type Letter, entryOf, hasData, hasLink, isLetter } from './entry.ts';
import { type ManifestForm, SCAN_END } from './manifest-form.ts';
import type { RecordPlace } from './record.ts';

/** The parts of an entry that came so far. */
interface Draft {
  dataPath?: ByteString;
  attributes?: Attributes;
  letter?: Letter;
  path?: ByteString;
  link?: ByteString;
}

/**
 * Puts records together to entries. The letter of a path record decides what must follow, so it is always known
 * whether an entry is complete, and a list that was cut between two records can't pass for a shorter one.
 */
export class EntryAssembler {
  /** Whether the end mark of a scan was seen. */
  ended = false;
  private readonly form: ManifestForm;
  private draft: Draft | undefined;

  constructor(form: ManifestForm) {
    this.form = form;
  }

  /** Whether an entry was begun and is not complete. */
  get isWithinEntry(): boolean {
    return this.draft !== undefined;
  }

  /** Takes the next record; gives the entry that it completes. `base` is the place of `bytes` in the list. */
  take(bytes: Buffer, place: RecordPlace, base: number): Entry | undefined {
    const letter = String.fromCharCode(place.letter);
    const refuse = (reason: string, at = place.start): Damage => damage('manifest', base + at, reason);
    if (this.ended) throw refuse('more records follow the end mark');
    if (place.start === place.end) throw refuse(`an empty "${letter}" record`);
    const draft = this.draft;
    if (draft?.path !== undefined) return this.complete(draft, bytes, place, refuse);
    if (letter === 'r') return this.takeAttributes(bytes, place, refuse);
    const text = payload(bytes, place, refuse);
    if (isLetter(letter)) return this.takePath(letter, text, refuse);
    if (letter === 't' && this.form === 'manifest' && !draft) {
      this.draft = { dataPath: text };
      return undefined;
    }
    if (letter === 'c' && this.form === 'scan' && !draft && text === SCAN_END) {
      this.ended = true;
      return undefined;
    }
    throw refuse(`a "${letter}" record does not belong here`, place.start);
  }

  private takeAttributes(bytes: Buffer, place: RecordPlace, refuse: Refuse): undefined {
    const draft = (this.draft ??= {});
    if (draft.attributes) throw refuse('a second "r" record, where a path was due');
    const result = parseAttributes(bytes, place.start, place.end);
    if ('reason' in result) throw refuse(result.reason, result.at);
    draft.attributes = result;
  }

  private takePath(letter: Letter, path: ByteString, refuse: Refuse): Entry | undefined {
    const draft = this.draft;
    if (!draft?.attributes) throw refuse(`a "${letter}" record without attributes before it`);
    const expectsData = this.form === 'manifest' && hasData(letter);
    if (expectsData !== (draft.dataPath !== undefined))
      throw refuse(`an entry "${letter}" ${expectsData ? 'without' : 'with'} a data path`);
    if (!expectsData && !hasLink(letter)) {
      this.draft = undefined;
      return entryOf(letter, path, draft.attributes);
    }
    draft.letter = letter;
    draft.path = path;
    return undefined;
  }

  /** After the path: the link's second record, or the end record of data. */
  private complete(draft: Draft, bytes: Buffer, place: RecordPlace, refuse: Refuse): Entry {
    const { letter, path, attributes, dataPath } = draft as Required<Draft>;
    const wanted = hasLink(letter) ? letter : 'x';
    if (place.letter !== wanted.charCodeAt(0))
      throw refuse(`a "${String.fromCharCode(place.letter)}" record, where "${wanted}" was due`);
    const text = payload(bytes, place, refuse);
    this.draft = undefined;
    if (wanted !== 'x') return entryOf(letter, path, attributes, { link: text });
    const end = parseEnd(text);
    if (!end) throw refuse('an end record needs a size, a colon and an MD5');
    return entryOf(letter, path, attributes, { dataPath, end });
  }
}

type Refuse = (reason: string, at?: number) => Damage;

function payload(bytes: Buffer, place: RecordPlace, refuse: Refuse): ByteString {
  const text = bytes.toString('latin1', place.start, place.end);
  // A file system can't have such a name, and a program in C would read only the part before it.
  const zero = text.indexOf('\0');
  if (zero >= 0) throw refuse('a zero byte', place.start + zero);
  return text;
}
