import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { EventSink } from './event-file.ts';
import type { RunEvent } from './events.ts';
import { Sums } from './sums.ts';

/** An open file, as far as a log needs it. */
export interface LogFile {
  /** Writes all of it behind what has been written. */
  writeFile(text: string): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** What a log is written with: `node:fs/promises`, or the simulated disk that it is tested on. */
export interface LogDisk {
  open(path: string, flags: string): Promise<LogFile>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { readonly force: true }): Promise<void>;
}

/**
 * The file of events of a run that goes on, written so that it is a log to take the run up from after a kill or a power cut.
 *
 * It is a file of its own from the first byte on: under another name until its first record is durable, then renamed over
 * the one before it, and the directory is synced. So what was there before is there until then, and nothing of it is ever
 * mixed with this. From then on it is only appended to. Each record ends with a sum of all before it (`sums.ts`).
 *
 * One write and one fsync are under way at a time; what comes meanwhile goes with the next. So a machine with a slow disk
 * loses more and waits no longer: what was told since the last fsync began, which is one fsync's worth of results.
 */
export class EventLog implements EventSink {
  readonly lines: string[] = [];
  readonly #path: string;
  readonly #disk: LogDisk;
  readonly #file: LogFile;
  readonly #sums = new Sums();
  /** Bytes up to the end of the last record. */
  #closed = 0;
  #waiting = '';
  #written: Promise<void> = Promise.resolve();
  #named = false;
  #failed: { readonly error: unknown } | undefined;

  private constructor(path: string, disk: LogDisk, file: LogFile) {
    this.#path = path;
    this.#disk = disk;
    this.#file = file;
  }

  /** Begins a log, under another name. @throws with Node's code if it can't be made */
  static async create(path: string, disk: LogDisk = { open, rename, rm }): Promise<EventLog> {
    return new EventLog(path, disk, await disk.open(unnamed(path), 'w'));
  }

  add(event: RunEvent): void {
    const { type } = event;
    // Where records end depends on what they hold alone: a run that is gone on with has the file of one that never ended.
    const isHead = type === 'start' || type === 'run';
    if (!isHead && this.#closed === 0) this.#closeRecord();
    const line = JSON.stringify(event);
    this.lines.push(line);
    this.#append(`${line}\n`);
    if (type === 'run-end' || type === 'end') this.#closeRecord();
  }

  commit(): Promise<void> {
    this.#closeRecord();
    this.#written = this.#written.then(async () => await this.#write());
    return this.#written;
  }

  async close(): Promise<void> {
    await this.commit();
    await this.#file.close();
    if (!this.#named) await this.#disk.rm(unnamed(this.#path), { force: true });
    if (this.#failed) throw this.#failed.error;
  }

  #closeRecord(): void {
    const sum = this.#sums.line();
    if (sum.bytes === this.#closed) return;
    this.#append(`${JSON.stringify(sum)}\n`);
    this.#closed = this.#sums.line().bytes;
  }

  #append(text: string): void {
    this.#sums.add(text);
    this.#waiting += text;
  }

  async #write(): Promise<void> {
    const text = this.#waiting;
    if (this.#failed || text === '') return;
    this.#waiting = '';
    try {
      await this.#file.writeFile(text);
      await this.#file.sync();
      if (!this.#named) await this.#name();
    } catch (error) {
      this.#failed = { error };
    }
  }

  async #name(): Promise<void> {
    await this.#disk.rename(unnamed(this.#path), this.#path);
    const directory = await this.#disk.open(dirname(this.#path), 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
    this.#named = true;
  }
}

/** The folder belongs to one command at a time, so one name is enough; what a kill leaves there, the next one replaces. */
function unnamed(path: string): string {
  return `${path}.new`;
}
