import { closeSync, openSync, writeSync } from 'node:fs';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

export type Level = 'info' | 'warn' | 'error';

/** What an entry is about. */
export type Facts = Readonly<Record<string, string | number | boolean | undefined>>;

/** Where lines for people go. */
export interface Streams {
  /** Informative lines; undefined for nowhere. */
  readonly out: ((line: string) => void) | undefined;
  /** Warnings and errors; undefined for nowhere. */
  readonly err: ((line: string) => void) | undefined;
}

export interface AboutLog extends Log {
  learn(more: Facts): void;
}

/**
 * The server's log: one JSON object per line, for machines, in a file; and a line for people where they want it. A log
 * file that can't be written to does not stop the server: that is said once to people.
 */
export class ServerLog implements Log {
  private readonly clock: Clock;
  private readonly path: string | undefined;
  private readonly streams: Streams;
  private file: number | undefined;
  private isBroken = false;

  /** Throws what the system says (`ENOENT`) if the file can't be opened. */
  constructor(clock: Clock, streams: Streams, path?: string) {
    this.clock = clock;
    this.streams = streams;
    this.path = path;
    this.reopen();
  }

  /** After the file was renamed by a log rotation. */
  reopen(): void {
    if (this.path === undefined) return;
    const file = openSync(this.path, 'a', 0o640);
    if (this.file !== undefined) closeSync(this.file);
    this.file = file;
    this.isBroken = false;
  }

  info(text: string, facts: Facts = {}): void {
    this.write('info', text, facts);
  }

  warn(text: string, facts: Facts = {}): void {
    this.write('warn', text, facts);
  }

  error(text: string, facts: Facts = {}): void {
    this.write('error', text, facts);
  }

  /** A log whose entries all have these facts; more of them may become known. */
  about(facts: Facts): AboutLog {
    let known = facts;
    return {
      info: (text) => this.info(text, known),
      warn: (text) => this.warn(text, known),
      learn: (more) => (known = { ...known, ...more }),
    };
  }

  private write(level: Level, text: string, facts: Facts): void {
    const time = new Date(this.clock.now()).toISOString();
    this.toFile(`${JSON.stringify({ time, level, text, ...facts })}\n`);
    const whole = [facts['client'] ?? facts['address'], text].filter((part) => part !== undefined).join(': ');
    const about = whole.replaceAll(/\p{Cc}+/gu, ' ');
    if (level === 'info') this.streams.out?.(about);
    else this.streams.err?.(`${level === 'warn' ? 'WARNING' : 'ERROR'}: ${about}`);
  }

  private toFile(line: string): void {
    if (this.file === undefined || this.isBroken) return;
    try {
      writeSync(this.file, line);
    } catch (error) {
      this.isBroken = true;
      this.streams.err?.(`ERROR: the log file ${this.path} can't be written to: ${String(error)}`);
    }
  }
}
