import type { JobsOptions, Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { escapeText } from '../../../reports/text.ts';
import { BadArgument } from '../bad-argument.ts';
import { unitId, type Unit, type UnitResult, type Waiting } from './unit.ts';

/** The names of all keys begin so. */
const PREFIX = 'blackout';
const NAME = 'runs';

/** How long a Redis may take to answer for the first time, in milliseconds. */
const ANSWER_WITHIN = 5000;

/** What nobody asks for any more is dropped after so many seconds. */
const KEPT = 86_400;

/** A worker that is gone is noticed after so many milliseconds, at most twice that. */
const LOCK = 5000;

/** A unit that loses its worker again and again is given up after so many. */
export const WORKERS_PER_UNIT = 100;

/**
 * A unit that a worker leaves to others comes up again a second later, for as long as somebody waits; and one that is done
 * is kept for whoever goes on with the run.
 */
const OPTIONS: JobsOptions = {
  attempts: 1_000_000,
  backoff: { type: 'fixed', delay: 1000 },
  removeOnComplete: { age: KEPT },
  removeOnFail: { age: KEPT },
};

type Units = Queue<Unit, UnitResult, string>;

/** What became of a unit: its result, or that it lost too many workers. */
export interface Finished {
  readonly id: string;
  readonly result: UnitResult | undefined;
  readonly reason: string | undefined;
}

/** The queue in a Redis: BullMQ's, which gives a unit to another worker if its own does not say that it is there. */
export class UnitQueue {
  readonly #redis: Redis;
  readonly #units: Units;
  readonly #others: Redis[] = [];
  readonly #bull: typeof import('bullmq');

  private constructor(redis: Redis, bull: typeof import('bullmq')) {
    this.#redis = redis;
    this.#bull = bull;
    this.#units = new bull.Queue(NAME, { connection: redis, prefix: PREFIX });
    this.#units.on('error', () => {}); // Said by who asked; the connection is tried again by itself.
  }

  /** @throws BadArgument if there is no Redis at an address, or nothing to speak to it with */
  static async open(url: string): Promise<UnitQueue> {
    const { bull, Redis } = await drivers();
    const redis = connect(Redis, url);
    let why: unknown;
    redis.on('error', (error) => (why = error));
    const answered = await Promise.race([redis.ping().then(() => true), silence()]).catch(
      (error: unknown) => {
        why ??= error;
        return false;
      },
    );
    if (answered) return new UnitQueue(redis, bull);
    redis.disconnect();
    const reason = why instanceof Error ? why.message || (why as NodeJS.ErrnoException).code : undefined;
    throw new BadArgument(`no Redis answers at ${shown(url)}: ${escapeText(reason ?? 'it says nothing')}`);
  }

  /** Adds units; those that are there already stay as they are. */
  async put(units: readonly Unit[]): Promise<void> {
    const named = units.map((unit) => ({
      name: 'run',
      data: unit,
      opts: { ...OPTIONS, jobId: unitId(unit.whole, unit.index) },
    }));
    await this.#units.addBulk(named);
  }

  /** What is done, of any run. */
  async finished(): Promise<readonly Finished[]> {
    const jobs = await this.#units.getJobs(['completed', 'failed']);
    return jobs.filter(Boolean).map(({ id, returnvalue, failedReason }) => ({
      id: id!,
      result: (returnvalue as UnitResult | null) ?? undefined,
      reason: failedReason || undefined,
    }));
  }

  /** What is said of those that are being done, and why some were left to others. */
  async underWay(): Promise<readonly { id: string; progress: unknown; left: string | undefined }[]> {
    const jobs = await this.#units.getJobs(['active', 'delayed']);
    return jobs
      .filter(Boolean)
      .map(({ id, progress, failedReason }) => ({ id: id!, progress, left: failedReason || undefined }));
  }

  /** Takes a unit away, unless a worker has it. */
  async remove(id: string): Promise<void> {
    await this.#units.remove(id);
  }

  /** Units that are not done, of all runs. */
  async left(): Promise<number> {
    const counts = await this.#units.getJobCounts('waiting', 'active', 'delayed', 'prioritized');
    return Object.values(counts).reduce((sum, each) => sum + each, 0);
  }

  /** Workers that are connected. */
  async workers(): Promise<number> {
    return await this.#units.getWorkersCount();
  }

  async say(whole: string, waiting: Waiting): Promise<void> {
    await this.#redis.set(`${PREFIX}:whole:${whole}`, JSON.stringify(waiting), 'EX', KEPT);
  }

  /** What was said last; undefined if nobody has for a day. */
  async said(whole: string): Promise<Waiting | undefined> {
    const text = await this.#redis.get(`${PREFIX}:whole:${whole}`);
    return text === null ? undefined : (JSON.parse(text) as Waiting);
  }

  /** A worker that does so many units at once. */
  worker(
    count: number,
    work: (unit: Unit, progress: (value: object) => void) => Promise<UnitResult>,
  ): Worker<Unit, UnitResult, string> {
    // It is BullMQ's own to wait with, and nobody else's to close.
    const connection = this.#redis.duplicate({ maxRetriesPerRequest: null });
    this.#others.push(connection);
    const worker = new this.#bull.Worker<Unit, UnitResult, string>(
      NAME,
      async (job) =>
        await work(job.data, (value) => {
          void job.updateProgress(value).catch(() => {});
        }),
      {
        connection,
        prefix: PREFIX,
        concurrency: count,
        lockDuration: LOCK,
        stalledInterval: LOCK / 2,
        maxStalledCount: WORKERS_PER_UNIT,
      },
    );
    worker.on('error', () => {});
    return worker;
  }

  async close(): Promise<void> {
    const closed = this.#units.close().catch(() => {});
    // A connection that is lost would be waited for.
    if (this.#redis.status === 'ready') await Promise.race([closed, silence()]);
    for (const each of [this.#redis, ...this.#others]) each.disconnect();
  }
}

function connect(Client: typeof Redis, url: string): Redis {
  if (!/^rediss?:\/\/[^/]/.test(url)) {
    throw new BadArgument(
      `--queue takes the address of a Redis, as in redis://127.0.0.1:6379, not ${shown(url)}`,
    );
  }
  return new Client(url, { maxRetriesPerRequest: null });
}

async function drivers(): Promise<{ bull: typeof import('bullmq'); Redis: typeof Redis }> {
  try {
    return { bull: await import('bullmq'), Redis: (await import('ioredis')).Redis };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new BadArgument('--queue needs two packages more: npm install --save-dev bullmq ioredis');
  }
}

async function silence(): Promise<false> {
  return await new Promise((resolve) => {
    setTimeout(() => resolve(false), ANSWER_WITHIN).unref();
  });
}

/** An address without its password. */
export function shown(url: string): string {
  return escapeText(url.replace(/\/\/[^@/]*@/, '//…@'));
}
