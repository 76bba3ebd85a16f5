import type { Command } from 'commander';
import type { StartEvent } from '../../reports/events.ts';
import { escapeText } from '../../reports/text.ts';
import type { Job } from '../runs/job.ts';
import { planJobs } from '../runs/plan.ts';
import { shown } from '../runs/queue/redis.ts';
import { originOf, type Origin, type Unit } from '../runs/queue/unit.ts';
import { workQueued } from '../runs/queue/work-queued.ts';
import type { Known } from '../runs/scenarios/project-catalogue.ts';
import { parseDuration } from './arguments.ts';
import { EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';
import { parseSettings } from './run-arguments.ts';
import { firstEvents } from './run.ts';
import { jobsOption, loopLimitOption } from './shared-options.ts';

interface WorkOptions {
  readonly queue: string;
  readonly jobs?: number;
  readonly loopLimit: number;
  readonly idle: number;
}

const HELP = `
Start it in the same project, at the same commit, as \`blackout run --queue\` with the same address, on as many machines as
you like, before the run or after it has begun. Ctrl-C gives back what is not done. See docs/queue.md.
`;

/** Declares `work`. */
export function defineWork(
  program: Command,
  known: () => Promise<Known>,
  io: Io,
  end: (code: number) => void,
): void {
  program
    .command('work')
    .description('explores what `blackout run --queue` asks for, on this machine')
    .requiredOption('--queue <redis>', 'the address of the Redis: redis://127.0.0.1:6379')
    .addOption(jobsOption())
    .addOption(loopLimitOption())
    .option(
      '--idle <time>',
      'end when there has been nothing to do for so long: 60s, 2m',
      parseDuration,
      Infinity,
    )
    .addHelpText('after', HELP)
    .action(async (options: WorkOptions) => end(await workCommand(options, known, io)));
}

/** `blackout work`: until Ctrl-C, or until there is nothing to do. Returns the exit code. */
async function workCommand(
  { queue, jobs, loopLimit, idle }: WorkOptions,
  known: () => Promise<Known>,
  io: Io,
): Promise<number> {
  if (!io.workers) throw new Error('work needs threads of its own');
  let stopped = false;
  const listeners: (() => void)[] = [];
  const release = io.onInterrupt(() => {
    stopped = true;
    io.stderr.write('interrupted: giving back what is not done (again to stop at once)\n');
    for (const listener of listeners) listener();
  });
  try {
    await workQueued(queue, {
      now: () => io.now(),
      workers: { ...io.workers, count: jobs ?? io.workers.count, hungAfter: loopLimit },
      plan: async (unit) => await planned(unit, await known(), io),
      stopped: () => stopped,
      onStop: (listener) => void listeners.push(listener),
      idle,
      begun: () => io.stderr.write(`blackout: working for ${shown(queue)}, until Ctrl-C\n`),
      tell: (text) => io.stderr.write(`blackout: ${escapeText(text)}\n`),
    });
    return stopped ? EXIT.interrupted : EXIT.converged;
  } finally {
    release();
  }
}

/** What a run that somebody began elsewhere means here. */
async function planned(
  { settings, shard }: Pick<Unit, 'settings' | 'shard'>,
  known: Known,
  io: Io,
): Promise<{ jobs: readonly Job[]; origin: Origin }> {
  const { scenarios, options } = parseSettings(settings);
  const asked = { scenarios, options: { ...options, ...partOf(shard) } };
  const jobs = await planJobs(scenarios, asked.options, known.catalogue, io.cwd, known.isOwn);
  return { jobs, origin: originOf(await firstEvents(asked, jobs, known, io, io.now())) };
}

function partOf(shard: StartEvent['shard']): { readonly shard?: NonNullable<StartEvent['shard']> } {
  return shard ? { shard } : {};
}
