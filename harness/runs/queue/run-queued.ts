import { setTimeout as sleep } from 'node:timers/promises';
import type { EventOf, RunEvent } from '../../../reports/events.ts';
import { BadArgument } from '../bad-argument.ts';
import { tooLate, unexplored } from '../events/run-events.ts';
import type { JobProgress } from '../job.ts';
import type { NumberedJob, QueuedRun, RunControl } from '../jobs/run-control.ts';
import { UnitQueue, WORKERS_PER_UNIT, type Finished } from './redis.ts';
import { GIVEN_BACK, unitId, unpacked } from './unit.ts';

/** How often the queue is asked, in milliseconds. */
const ASK_EVERY = 300;

/** How often what is missing is put into it again: a Redis that was started anew may have forgotten. */
const PUT_EVERY = 5000;

/** How long workers have to hand over what they know, when time is up. */
const GRACE = 6000;

/**
 * Puts jobs into a queue, and waits for what workers make of them. Each result counts once, whoever brings it and how
 * often: a unit may be done twice, and comes out the same. As long as the queue can't be reached, it is tried again.
 *
 * @throws BadArgument if it can't be reached at first, or a job can't be done anywhere
 */
export async function runQueued(
  jobs: readonly NumberedJob[],
  run: QueuedRun,
  now: () => number,
  control: RunControl,
): Promise<void> {
  const queue = await UnitQueue.open(run.url);
  const waiting = new Waited(jobs, run, queue, now, control);
  try {
    const failures: unknown[] = [];
    let asking: Promise<void> | undefined;
    const ask = async (): Promise<void> => {
      try {
        await waiting.ask();
      } catch (error) {
        if (error instanceof BadArgument || error instanceof UnitFailed) failures.push(error);
        else waiting.tell(`the queue can't be asked, and is tried again: ${(error as Error).message}`);
      } finally {
        asking = undefined;
      }
    };
    let end = Infinity;
    while (waiting.size > 0 && now() < end && failures.length === 0) {
      if (waiting.over() && end === Infinity) end = now() + GRACE;
      // With the connection lost it waits until that is back, which Ctrl-C and the budget need not.
      asking ??= ask();
      await sleep(ASK_EVERY);
    }
    if (failures.length > 0) throw failures[0];
    await Promise.race([waiting.leave(), sleep(GRACE, undefined, { ref: false })]);
  } finally {
    await queue.close();
  }
}

/** A fault of the harness, as a worker met it. */
class UnitFailed extends Error {}

class Waited {
  readonly #left = new Map<string, number>();
  readonly #run: QueuedRun;
  readonly #queue: UnitQueue;
  readonly #now: () => number;
  readonly #control: RunControl;
  readonly #started: number;
  readonly #told = new Set<string>();
  #put = -Infinity;

  constructor(
    jobs: readonly NumberedJob[],
    run: QueuedRun,
    queue: UnitQueue,
    now: () => number,
    control: RunControl,
  ) {
    for (const [index] of jobs) this.#left.set(unitId(run.whole, index), index);
    this.#run = run;
    this.#queue = queue;
    this.#now = now;
    this.#control = control;
    this.#started = now();
  }

  get size(): number {
    return this.#left.size;
  }

  over(): boolean {
    return this.#control.interrupted() || this.#now() > this.#control.deadline;
  }

  /** Says that somebody waits, puts what is not there, takes what is done. */
  async ask(): Promise<void> {
    const { whole } = this.#run;
    await this.#say(this.over());
    // First: what another command asked for may have been cut short.
    for (const done of await this.#queue.finished()) await this.#take(done);
    if (this.#now() - this.#put >= PUT_EVERY && !this.over()) {
      const { settings, shard, origin } = this.#run;
      await this.#queue.put(
        [...this.#left.values()].map((index) => ({ whole, index, settings, shard, origin })),
      );
      this.#put = this.#now();
      if ((await this.#queue.workers()) === 0)
        this.tell('no worker is there yet: start `blackout work` with the same --queue');
    }
    for (const { id, progress, left } of await this.#queue.underWay()) {
      const index = this.#left.get(id);
      if (index === undefined) continue;
      if (isProgress(progress)) this.#control.progress(index, progress);
      if (left !== undefined && left !== GIVEN_BACK) this.tell(`a worker leaves it to others: ${left}`);
    }
  }

  async #say(over: boolean): Promise<void> {
    const { whole, asked } = this.#run;
    const left = Math.max(0, this.#control.deadline - this.#now());
    // JSON knows no time without end.
    const finite = Math.min(left, Number.MAX_SAFE_INTEGER);
    await this.#queue.say(whole, { asked, left: finite, units: this.#left.size, over });
  }

  async #take({ id, result, reason }: Finished): Promise<void> {
    const index = this.#left.get(id);
    if (index === undefined) return;
    if (!result) {
      this.#end(
        id,
        unexplored(index, `it lost ${WORKERS_PER_UNIT} workers: ${reason ?? 'gone'}`, this.#took()),
      );
    } else if ('failed' in result) {
      throw result.isBadArgument ? new BadArgument(result.failed) : new UnitFailed(result.failed);
    } else {
      const events = unpacked(result.events);
      // What a command before this one ran out of time for, is done again.
      const isShort = (events.at(-1) as EventOf<'run-end'>).late !== undefined;
      if (!isShort || result.asked === this.#run.asked) this.#end(id, events);
      else this.#put = -Infinity;
    }
    await this.#queue.remove(id);
  }

  #end(id: string, events: readonly RunEvent[]): void {
    const index = this.#left.get(id)!;
    this.#left.delete(id);
    this.#control.ended(index, events);
  }

  #took(): number {
    return this.#now() - this.#started;
  }

  /** Says something to the user, once. */
  tell(text: string): void {
    if (this.#told.has(text)) return;
    this.#told.add(text);
    this.#run.tell(text);
  }

  /** Ends what is not done, and takes it out of the queue. */
  async leave(): Promise<void> {
    const late = this.#control.interrupted() ? 'interrupted' : 'time';
    const left = [...this.#left];
    for (const [id, index] of left) this.#end(id, tooLate(index, late, this.#took()));
    await this.#say(true);
    for (const [id] of left) await this.#queue.remove(id);
  }
}

function isProgress(value: unknown): value is JobProgress {
  return typeof value === 'object' && value !== null && 'verified' in value;
}
