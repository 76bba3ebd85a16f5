import { count, duration, number } from '../../reports/text.ts';
import type { Io } from './io.ts';
import type { JobProgress } from '../runs/job.ts';

/** How often a terminal's line is written again, and how often another reader gets a line, in milliseconds. */
const TERMINAL_EVERY = 100;
const LINES_EVERY = 10_000;

/** Says on stderr how far a run is: one line that is written again on a terminal, a line now and then elsewhere. */
export class ProgressLine {
  readonly #io: Io;
  readonly #jobs: number;
  readonly #started: number;
  readonly #current = new Map<number, JobProgress>();
  #ended = 0;
  #states = 0;
  #verified = 0;
  #last: number;
  #drawn = false;

  constructor(io: Io, jobs: number) {
    this.#io = io;
    this.#jobs = jobs;
    this.#started = io.now();
    this.#last = this.#started;
  }

  update(job: number, progress: JobProgress): void {
    this.#current.set(job, progress);
    this.#show();
  }

  end(job: number): void {
    const progress = this.#current.get(job);
    this.#states += progress?.states ?? 0;
    this.#verified += progress?.verified ?? 0;
    this.#current.delete(job);
    this.#ended++;
    this.#show();
  }

  /** Takes the line away, so that something else can be written. */
  clear(): void {
    if (this.#drawn) this.#io.stderr.write('\r\u001b[K');
    this.#drawn = false;
  }

  #show(): void {
    const { stderr, quiet } = this.#io;
    if (quiet) return;
    const now = this.#io.now();
    if (now - this.#last < (stderr.isTTY ? TERMINAL_EVERY : LINES_EVERY)) return;
    this.#last = now;
    const text = this.#text(now - this.#started);
    if (!stderr.isTTY) return stderr.write(`${text}\n`);
    this.#drawn = true;
    stderr.write(`\r\u001b[K${text.slice(0, (stderr.columns || 80) - 1)}`);
  }

  #text(elapsed: number): string {
    let [states, verified] = [this.#states, this.#verified];
    for (const progress of this.#current.values()) {
      states += progress.states;
      verified += progress.verified;
    }
    const rate = elapsed > 0 ? Math.round((verified * 1000) / elapsed) : 0;
    return (
      `${this.#ended} of ${count(this.#jobs, 'run')} done, ${count(states, 'state')} found, ` +
      `${number(verified)} verified, ${number(states - verified)} left, ${number(rate)} states/s, ${duration(elapsed)}`
    );
  }
}
