import type { RunEvent } from './events.ts';
import { writeAtomically } from './write-atomically.ts';

/** The file that all reports come from, one event a line. */
export const EVENT_FILE = 'events.jsonl';

/** Where events go to be kept. */
export interface EventSink {
  /** All lines so far, without their ends. */
  readonly lines: readonly string[];
  add(event: RunEvent): void;
  /** What was added belongs together and is worth keeping. Returns when it is on the disk, if it is kept before the end. */
  commit(): Promise<void>;
  /** Returns when everything is on the disk. @throws what the first write that failed threw */
  close(): Promise<void>;
}

/** Keeps events that are all known at once: the file is old or new, never a mix. */
export class EventLines implements EventSink {
  readonly lines: string[] = [];
  readonly #path: string | undefined;

  /** @param path undefined to write no file */
  constructor(path: string | undefined) {
    this.#path = path;
  }

  add(event: RunEvent): void {
    this.lines.push(JSON.stringify(event));
  }

  async commit(): Promise<void> {}

  async close(): Promise<void> {
    if (this.#path !== undefined) await writeAtomically(this.#path, `${this.lines.join('\n')}\n`);
  }
}
