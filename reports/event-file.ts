import { open, type FileHandle } from 'node:fs/promises';
import type { RunEvent } from './events.ts';
import { writeAtomically } from './write-atomically.ts';

/** The file that all reports come from, one event a line. */
export const EVENT_FILE = 'events.jsonl';

/** Where events go to be kept. */
export interface EventSink {
  /** All lines so far, without their ends. */
  readonly lines: readonly string[];
  add(event: RunEvent): void;
  /** Returns when everything is on the disk. @throws what the first write that failed threw */
  close(): Promise<void>;
}

/** Writes events as they come, so that a run that is killed leaves what it told until then. */
export class EventFile implements EventSink {
  readonly lines: string[] = [];
  readonly #file: FileHandle;
  #written: Promise<void> = Promise.resolve();
  #failed: { readonly error: unknown } | undefined;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Makes the file, empty. @throws with Node's code if it can't be made */
  static async create(path: string): Promise<EventFile> {
    return new EventFile(await open(path, 'w'));
  }

  add(event: RunEvent): void {
    const line = JSON.stringify(event);
    this.lines.push(line);
    this.#written = this.#written.then(async () => await this.#append(line));
  }

  async close(): Promise<void> {
    await this.#written;
    try {
      if (!this.#failed) await this.#file.sync();
    } finally {
      await this.#file.close();
    }
    if (this.#failed) throw this.#failed.error;
  }

  async #append(line: string): Promise<void> {
    if (this.#failed) return;
    try {
      await this.#file.write(`${line}\n`);
    } catch (error) {
      this.#failed = { error };
    }
  }
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

  async close(): Promise<void> {
    if (this.#path !== undefined) await writeAtomically(this.#path, `${this.lines.join('\n')}\n`);
  }
}
