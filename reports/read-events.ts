import { EventChecker } from './check-events.ts';
import { eventSchema, SCHEMA_VERSION, type RunEvent } from './events.ts';
import { clip, count, escapeText } from './text.ts';

/** Something that can't be read as a report at all. */
export class NoReport extends Error {
  override name = 'NoReport';
}

export interface EventsRead {
  /** What is whole, in order; what is not is told by `damage` events among them. */
  readonly events: readonly RunEvent[];
  /** The same as lines. */
  readonly lines: readonly string[];
}

/**
 * Reads a file of events. A line that is damaged is told of, with its place, and left out; the rest is read.
 *
 * @throws NoReport if it does not begin as such a file does, or has another version
 */
export function readEvents(bytes: Uint8Array): EventsRead {
  const reader = new Reader();
  let from = 0;
  for (let line = 1; from < bytes.length; line++) {
    const end = bytes.indexOf(NEWLINE, from);
    reader.line(bytes.subarray(from, end < 0 ? bytes.length : end), line, from, end >= 0);
    from = end < 0 ? bytes.length : end + 1;
  }
  return reader.end(bytes.length);
}

const NEWLINE = 0x0a;

class Reader {
  readonly #events: RunEvent[] = [];
  readonly #lines: string[] = [];
  readonly #checker = new EventChecker();
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

  line(bytes: Uint8Array, line: number, offset: number, ended: boolean): void {
    const where = `line ${line} (from byte ${offset} on)`;
    const read = this.#parse(bytes, ended);
    if ('wrong' in read) {
      if (line === 1) throw new NoReport(`${where} is not the start of a report: ${read.wrong}`);
      this.#damage(`${where}: ${read.wrong}`);
      return;
    }
    const wrong = this.#checker.check(read.event);
    if (wrong !== undefined) {
      if (line === 1) throw new NoReport(`${where} is not the start of a report: ${wrong}`);
      this.#damage(`${where}: the ${read.event.type} event does not fit: ${wrong}`);
      return;
    }
    this.#events.push(read.event);
    this.#lines.push(read.text);
  }

  end(length: number): EventsRead {
    if (this.#events.length === 0) throw new NoReport('the file is empty');
    if (!this.#checker.ended) {
      const open = this.#checker.open().length;
      this.#damage(`the file ends at byte ${length} without its end: ${count(open, 'run')} had not ended`);
    }
    return { events: this.#events, lines: this.#lines };
  }

  #damage(text: string): void {
    const event: RunEvent = { type: 'damage', text };
    this.#events.push(event);
    this.#lines.push(JSON.stringify(event));
  }

  #parse(bytes: Uint8Array, ended: boolean): { event: RunEvent; text: string } | { wrong: string } {
    let text: string;
    let value: unknown;
    try {
      text = this.#decoder.decode(bytes);
    } catch {
      return { wrong: 'it is not UTF-8' };
    }
    try {
      value = JSON.parse(text);
    } catch {
      return { wrong: ended ? `it is not JSON: ${clip(escapeText(text), 60)}` : 'it is cut off' };
    }
    const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
    if (version !== undefined && version !== SCHEMA_VERSION) {
      return { wrong: `it has version ${JSON.stringify(version)}, and this is version ${SCHEMA_VERSION}` };
    }
    const parsed = eventSchema.safeParse(value);
    if (parsed.success) return { event: parsed.data, text };
    const issue = parsed.error.issues[0]!;
    return { wrong: clip(escapeText(`${issue.path.join('.') || 'it'}: ${issue.message}`), 200) };
  }
}
