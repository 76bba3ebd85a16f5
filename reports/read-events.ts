import { EventChecker } from './check-events.ts';
import type { RunEvent } from './events.ts';
import { linesOf, parseLine, type PlacedLine } from './parse-line.ts';
import { Sums } from './sums.ts';
import { count } from './text.ts';

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
  let number = 0;
  for (const line of linesOf(bytes)) reader.line(line, ++number);
  return reader.end(bytes.length);
}

class Reader {
  readonly #events: RunEvent[] = [];
  readonly #lines: string[] = [];
  readonly #checker = new EventChecker();
  readonly #sums = new Sums();
  /** Where a sum does not fit, what is wrong has been told as a rule, and no later one can fit. */
  #damaged = false;

  line({ bytes, offset, ended }: PlacedLine, line: number): void {
    const where = `line ${line} (from byte ${offset} on)`;
    const read = parseLine(bytes, ended);
    if ('sum' in read && !this.#damaged && !this.#sums.fits(read.sum)) {
      this.#damage(`${where}: what comes before it is not what was written: it has another sum`);
    }
    this.#sums.add(bytes);
    if (ended) this.#sums.add('\n');
    if ('sum' in read) return;
    const wrong = 'wrong' in read ? read.wrong : this.#misfit(read.event);
    if (wrong !== undefined) {
      if (line === 1) throw new NoReport(`${where} is not the start of a report: ${wrong}`);
      return this.#damage(`${where}: ${wrong}`);
    }
    if ('wrong' in read) return;
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

  #misfit(event: RunEvent): string | undefined {
    const wrong = this.#checker.check(event);
    return wrong === undefined ? undefined : `the ${event.type} event does not fit: ${wrong}`;
  }

  #damage(text: string): void {
    this.#damaged = true;
    const event: RunEvent = { type: 'damage', text };
    this.#events.push(event);
    this.#lines.push(JSON.stringify(event));
  }
}
