import type { Clock } from '../ports/clock.ts';
import type { FileSystem } from '../ports/file-system.ts';
import type { Log } from '../ports/log.ts';
import { gunzip, gzip } from './codec/gzip.ts';
import { isDamage } from './codec/damage.ts';
import { replaceFile } from './durable.ts';
import { ifThere } from './errors.ts';
import { EARLIER_LOG, LOG } from './layout.ts';
import { timestampOf } from './timestamp.ts';

const WARNING = 'WARNING: ';
/** Lines of one log, and characters of all of them. A client with more to complain about is not to fill the memory. */
const MOST_LINES = 10_000;
const MOST_TEXT = 4 * 1024 * 1024;
/** Bytes of a log that is read back. */
const LONGEST = 64 * 1024 * 1024;

/** Passes messages on, and keeps them with their times for a log of their own, in the form of Burp's. */
export class Notes implements Log {
  readonly lines: string[] = [];
  /** Without times; no more of them than lines. */
  readonly warnings: string[] = [];
  /** How many warnings there were in all. */
  warningCount = 0;
  private text = 0;
  private isFull = false;
  private readonly log: Log;
  private readonly clock: Clock;

  constructor(log: Log, clock: Clock) {
    this.log = log;
    this.clock = clock;
  }

  info(text: string): void {
    this.note(text);
    this.log.info(text);
  }

  warn(text: string): void {
    this.note(`${WARNING}${text}`);
    this.warningCount++;
    if (!this.isFull) this.warnings.push(text);
    this.log.warn(text);
  }

  /** For this log alone. */
  note(text: string): void {
    this.add(`${timestampOf(this.clock)}: ${text}`);
  }

  /** Goes on with the lines of an earlier attempt. */
  goOn(lines: readonly string[]): void {
    for (const line of lines) this.add(line);
    this.warningCount += lines.filter((line) => line.includes(`: ${WARNING}`)).length;
  }

  /** Lines as they are, that come last and are always kept. */
  end(lines: readonly string[]): void {
    this.lines.push(...lines);
  }

  private add(line: string): void {
    if (this.isFull) return;
    this.text += line.length;
    this.isFull = this.lines.length >= MOST_LINES || this.text > MOST_TEXT;
    this.lines.push(this.isFull ? 'WARNING: there were more messages' : line);
  }
}

/** A log as it is stored. */
export function packLines(lines: readonly string[]): Uint8Array {
  return gzip(Buffer.from(lines.map((line) => `${line}\n`).join('')));
}

/** What earlier attempts at a backup had to say. A log that a cut has damaged says nothing. */
export async function earlierLines(fs: FileSystem, directory: string): Promise<readonly string[]> {
  try {
    const bytes = await ifThere(fs.readFile(`${directory}/${EARLIER_LOG}`));
    if (!bytes) return [];
    const text = Buffer.from(gunzip(bytes, { maximumSize: LONGEST })).toString('utf8');
    return text.split('\n').slice(0, -1);
  } catch (error) {
    if (isDamage(error)) return [];
    throw error;
  }
}

/**
 * Adds lines to the log of a backup that is closed already: a second member of gzip, in place at once by a rename. Its
 * name is durable with its directory's.
 */
export async function addToLog(fs: FileSystem, directory: string, lines: readonly string[]): Promise<void> {
  const before = (await ifThere(fs.readFile(`${directory}/${LOG}`))) ?? new Uint8Array();
  await replaceFile(fs, `${directory}/${LOG}`, Buffer.concat([before, packLines(lines)]));
}
