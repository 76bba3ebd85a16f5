import type { Clock } from '../ports/clock.ts';
import type { FileSystem } from '../ports/file-system.ts';
import type { Log } from '../ports/log.ts';
import type { ReadingNotes } from '../protocol/ports.ts';
import { replaceFile, syncPath } from '../storage/durable.ts';
import { codeOf, ifThere, reasonOf } from '../storage/errors.ts';
import { READING } from '../storage/layout.ts';
import type { Entry } from '../storage/manifest/entry.ts';
import { Notes, packLines } from '../storage/notes.ts';
import { type Facts, formatStats, tableOf } from '../storage/stats.ts';
import { Tally } from '../storage/tally.ts';

export interface Reading {
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly log: Log;
  /** The backup's directory. */
  readonly directory: string;
  readonly kind: 'restore' | 'verify';
}

/** What waits for its turn, by directory: several clients may restore the same backup. */
const turns = new Map<string, Promise<void>>();

/**
 * The log of one restore or verify, which replaces that of the one before it. Readers have no lock, so the backup may be
 * deleted meanwhile: then there is nowhere to keep it, and no harm done.
 */
export class StoredNotes extends Notes implements ReadingNotes {
  private readonly reading: Reading;
  readonly tally: Tally = new Tally();
  private readonly start: number;
  private isCounted = false;

  constructor(reading: Reading) {
    super(reading.log, reading.clock);
    this.reading = reading;
    this.start = reading.clock.now();
  }

  expected(entry: Entry): void {
    this.isCounted = true;
    this.tally.scanned(entry);
  }

  sent(entry: Entry): void {
    if (!this.isCounted) this.tally.scanned(entry);
    this.tally.sent(entry);
  }

  async keep(): Promise<void> {
    const { directory } = this.reading;
    const turn = (turns.get(directory) ?? Promise.resolve()).then(() => this.write());
    turns.set(directory, turn);
    try {
      await turn;
    } finally {
      if (turns.get(directory) === turn) turns.delete(directory);
    }
  }

  private async write(): Promise<void> {
    const { fs, clock, kind, directory } = this.reading;
    const { tally, warningCount: warnings, start } = this;
    const facts: Facts = { kind, tally, warnings, start, end: clock.now(), clock };
    this.end(tableOf(facts));
    try {
      await this.replace(READING[kind].log, packLines(this.lines));
      await this.replace(READING[kind].stats, Buffer.from(formatStats(facts)));
      await syncPath(fs, directory);
    } catch (error) {
      if (codeOf(error) === undefined) throw error;
      this.reading.log.warn(`the log of this ${kind} can't be kept: ${reasonOf(error)}`);
    }
  }

  private async replace(name: string, bytes: Uint8Array): Promise<void> {
    const { fs, directory } = this.reading;
    try {
      await replaceFile(fs, `${directory}/${name}`, bytes);
    } catch (error) {
      await ifThere(fs.unlink(`${directory}/${name}.tmp`)).catch(() => undefined);
      throw error;
    }
  }
}
