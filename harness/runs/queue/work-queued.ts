import { setTimeout as sleep } from 'node:timers/promises';
import { BadArgument } from '../bad-argument.ts';
import type { Job } from '../job.ts';
import { JobThread } from '../jobs/job-thread.ts';
import type { RunMachine } from '../jobs/run-control.ts';
import { shareOf } from '../jobs/share.ts';
import { UnitQueue } from './redis.ts';
import { differenceOf, GIVEN_BACK, packed, type Origin, type Unit, type UnitResult } from './unit.ts';

/** How often a worker asks whether anybody still waits, in milliseconds. */
const ASK_EVERY = 1000;

/** How long after the time is up a thread may take to end by itself. */
const GRACE = 1500;

/** What a worker is, and how it is told to stop. */
export interface WorkerMachine extends Pick<RunMachine, 'now'> {
  readonly workers: NonNullable<RunMachine['workers']>;
  /** What the settings of a run mean here. */
  plan(unit: Unit): Promise<{ readonly jobs: readonly Job[]; readonly origin: Origin }>;
  stopped(): boolean;
  onStop(listener: () => void): void;
  /** Ends when there has been nothing to do for so many milliseconds. */
  readonly idle: number;
  /** The queue is there. */
  begun(): void;
  tell(text: string): void;
}

/**
 * Does what is in a queue, as many units at once as there are threads, until it is told to stop or there is nothing more.
 * @throws BadArgument if the queue can't be reached at first
 */
export async function workQueued(url: string, machine: WorkerMachine): Promise<void> {
  const queue = await UnitQueue.open(url);
  machine.begun();
  const working = new Working(queue, machine);
  const worker = queue.worker(
    machine.workers.count,
    async (unit, progress) => await working.work(unit, progress),
  );
  try {
    let busy = machine.now();
    while (!machine.stopped() && machine.now() - busy < machine.idle) {
      await sleep(ASK_EVERY / 4);
      if (working.count > 0 || (machine.idle < Infinity && (await queue.left()) > 0)) busy = machine.now();
    }
  } finally {
    await Promise.race([worker.close(), sleep(GRACE * 2, undefined, { ref: false })]);
    await working.end();
    await queue.close();
  }
}

class Working {
  readonly #queue: UnitQueue;
  readonly #machine: WorkerMachine;
  readonly #free: JobThread[] = [];
  readonly #busy = new Set<JobThread>();
  #plan: { readonly whole: string; readonly planned: ReturnType<WorkerMachine['plan']> } | undefined;

  constructor(queue: UnitQueue, machine: WorkerMachine) {
    this.#queue = queue;
    this.#machine = machine;
    machine.onStop(() => {
      for (const thread of this.#busy) thread.interrupt();
    });
  }

  /** Units that are being done. */
  get count(): number {
    return this.#busy.size;
  }

  /** @throws Error for what others may be able to do */
  async work(unit: Unit, progress: (value: object) => void): Promise<UnitResult> {
    const job = await this.#jobOf(unit);
    const thread = this.#free.pop() ?? new JobThread(this.#machine.workers, () => this.#machine.now());
    thread.resume();
    this.#busy.add(thread);
    try {
      return await this.#done(unit, job, thread, progress);
    } finally {
      this.#busy.delete(thread);
      this.#free.push(thread);
    }
  }

  async #jobOf(unit: Unit): Promise<Job> {
    const { whole, index, origin } = unit;
    if (this.#plan?.whole !== whole) this.#plan = { whole, planned: this.#machine.plan(unit) };
    try {
      const planned = await this.#plan.planned;
      const difference = differenceOf(planned.origin, origin);
      if (difference !== undefined) throw new BadArgument(difference);
      return planned.jobs[index]!;
    } catch (error) {
      // Its files may be mended before it is asked again.
      this.#plan = undefined;
      if (error instanceof BadArgument) this.#machine.tell(`a run is left to others: ${error.message}`);
      throw error;
    }
  }

  async #done(
    { whole, index }: Unit,
    job: Job,
    thread: JobThread,
    progress: (value: object) => void,
  ): Promise<UnitResult> {
    const { workers } = this.#machine;
    const now = (): number => this.#machine.now();
    const stopped = (): boolean => this.#machine.stopped();
    const waiting = await this.#queue.said(whole);
    const { asked = '', left = 0, units = 1 } = waiting ?? {};
    const end = now() + left;
    let over = Infinity;
    const interrupt = (): void => {
      over = Math.min(over, now());
      thread.interrupt();
    };
    if (!waiting || waiting.over) interrupt();
    const timer = setInterval(() => {
      const ask = async (): Promise<void> => {
        if ((await this.#queue.said(whole))?.over) interrupt();
      };
      // As long as the queue can't be asked, somebody may be waiting.
      void ask().catch(() => {});
    }, ASK_EVERY);
    try {
      const events = await thread.run([index, job], {
        deadline: shareOf(end, now(), Math.max(units, 1), workers.count),
        latest: () => Math.min(end, over) + GRACE,
        interrupted: () => over < Infinity || stopped(),
        progress,
      });
      if (stopped()) throw new Error(GIVEN_BACK);
      return { events: packed(events), asked };
    } catch (error) {
      if (stopped()) throw error;
      const failed = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return {
        failed: error instanceof BadArgument ? error.message : failed,
        isBadArgument: error instanceof BadArgument,
      };
    } finally {
      clearInterval(timer);
    }
  }

  async end(): Promise<void> {
    await Promise.all([...this.#free, ...this.#busy].map(async (thread) => await thread.end()));
  }
}
