import { type Damage, damage } from '../codec/damage.ts';
import { type Attributes, parseAttributes } from './attributes.ts';
import type { ByteString } from './byte-string.ts';
import { parseEnd } from './end-of-file.ts';
import { type Entry, type Letter, entryOf, hasData, hasLink, isLetter } from './entry.ts';
import { type ManifestForm, SCAN_END } from './manifest-form.ts';
import type { RecordPlace } from './record.ts';

/**
 * Puts records together to entries. The letter of a path record decides what must follow, so it is always known
 * whether an entry is complete, and a list that was cut between two records can't pass for a shorter one.
 */
export class EntryAssembler {
  /** Whether the end mark of a scan was seen. */
  ended = false;
  private readonly form: ManifestForm;
  // The parts of an entry that came so far.
  private dataPath: ByteString | undefined;
  private attributes: Attributes | undefined;
  private letter: Letter = 'f';
  private path: ByteString | undefined;
  /** Place in the list of the bytes that the record is in. */
  private base = 0;

  constructor(form: ManifestForm) {
    this.form = form;
  }

  /** Whether an entry was begun and is not complete. */
  get isWithinEntry(): boolean {
    return this.dataPath !== undefined || this.attributes !== undefined;
  }

  /** Takes the next record; gives the entry that it completes. `base` is the place of `bytes` in the list. */
  take(bytes: Buffer, place: RecordPlace, base: number): Entry | undefined {
    this.base = base;
    const letter = String.fromCharCode(place.letter);
    if (this.ended) throw this.refuse('more records follow the end mark', place.start);
    if (place.start === place.end) throw this.refuse(`an empty "${letter}" record`, place.start);
    if (this.path !== undefined) return this.complete(this.path, bytes, place);
    if (letter === 'r') return this.takeAttributes(bytes, place);
    const text = this.payload(bytes, place);
    if (isLetter(letter)) return this.takePath(letter, text, place);
    if (letter === 't' && this.form === 'manifest' && !this.isWithinEntry) {
      this.dataPath = text;
      return undefined;
    }
    if (letter === 'c' && this.form === 'scan' && !this.isWithinEntry && text === SCAN_END) {
      this.ended = true;
      return undefined;
    }
    throw this.refuse(`a "${letter}" record does not belong here`, place.start);
  }

  private takeAttributes(bytes: Buffer, place: RecordPlace): undefined {
    if (this.attributes) throw this.refuse('a second "r" record, where a path was due', place.start);
    const result = parseAttributes(bytes, place.start, place.end);
    if ('reason' in result) throw this.refuse(result.reason, result.at);
    this.attributes = result;
  }

  private takePath(letter: Letter, path: ByteString, place: RecordPlace): Entry | undefined {
    if (!this.attributes) throw this.refuse(`a "${letter}" record without attributes before it`, place.start);
    const expectsData = this.form === 'manifest' && hasData(letter);
    if (expectsData !== (this.dataPath !== undefined))
      throw this.refuse(`an entry "${letter}" ${expectsData ? 'without' : 'with'} a data path`, place.start);
    if (!expectsData && !hasLink(letter)) return entryOf(letter, path, this.takeOut());
    this.letter = letter;
    this.path = path;
    return undefined;
  }

  /** After the path: the link's second record, or the end record of data. */
  private complete(path: ByteString, bytes: Buffer, place: RecordPlace): Entry {
    const { letter, dataPath } = this;
    const wanted = hasLink(letter) ? letter : 'x';
    if (place.letter !== wanted.charCodeAt(0))
      throw this.refuse(
        `a "${String.fromCharCode(place.letter)}" record, where "${wanted}" was due`,
        place.start,
      );
    const text = this.payload(bytes, place);
    const attributes = this.takeOut();
    if (wanted !== 'x') return entryOf(letter, path, attributes, { link: text });
    const end = parseEnd(text);
    if (!end) throw this.refuse('an end record needs a size, a colon and an MD5', place.start);
    return entryOf(letter, path, attributes, { dataPath: dataPath!, end });
  }

  /** The attributes of the entry that is complete now; nothing is left of it. */
  private takeOut(): Attributes {
    const attributes = this.attributes!;
    this.dataPath = undefined;
    this.attributes = undefined;
    this.path = undefined;
    return attributes;
  }

  private payload(bytes: Buffer, place: RecordPlace): ByteString {
    const text = bytes.toString('latin1', place.start, place.end);
    // A file system can't have such a name, and a program in C would read only the part before it.
    const zero = text.indexOf('\0');
    if (zero >= 0) throw this.refuse('a zero byte', place.start + zero);
    return text;
  }

  private refuse(reason: string, at: number): Damage {
    return damage('manifest', this.base + at, reason);
  }
}
