import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { setImmediate } from 'node:timers/promises';
import type { Catalogue } from '../explore/catalogue.ts';
import type { Known } from '../runs/scenarios/project-catalogue.ts';
import { editReport } from '../runs/syncs/edit-report.ts';
import { openAll, type Opened } from '../runs/syncs/all-models.ts';
import { remedyFor, type Remedy } from '../runs/syncs/remedy.ts';
import { loadScenario } from '../runs/scenarios/load-scenario.ts';
import { planJobs, type RunOptions } from '../runs/plan.ts';
import { escapeText } from '../../reports/text.ts';
import { BadArgument } from '../runs/bad-argument.ts';
import { painter } from '../../reports/paint.ts';
import type { SourceOf } from '../../reports/edit-text.ts';
import { parseNames } from './arguments.ts';
import { EXIT } from './exit-codes.ts';
import { fixText } from './fix-text.ts';
import type { Io } from './io.ts';
import { writeJson } from './json-file.ts';
import { argvOf, budgetOption, loopLimitOption, whatItMeets } from './shared-options.ts';
import { inThread } from './thread/in-thread.ts';
import { widthOf } from './wrap.ts';

interface FixOptions extends Pick<RunOptions, 'model' | 'deaths' | 'tree' | 'volume'> {
  readonly budget: number;
  readonly loopLimit: number;
  readonly json?: string;
}

/** Declares `fix`. */
export function defineFix(
  program: Command,
  known: () => Promise<Known>,
  io: Io,
  end: (code: number) => void,
): void {
  const command = program
    .command('fix')
    .description(
      'the whole remedy: the fewest syncs with which a scenario holds, as edits at lines of its source',
    )
    .argument('<scenario>', 'a name (see `blackout list`), or a module of yours with one scenario')
    .option('--model <names>', 'it must hold under all of these models', parseNames);
  whatItMeets(command)
    .addOption(budgetOption('give up after this time'))
    .option('--json <file>', 'the remedy as JSON; - for standard output, and nothing else there')
    .addHelpText('after', HELP)
    .addOption(loopLimitOption())
    .action(async (scenario: string, options: FixOptions, command: Command) => {
      const direct = async (): Promise<number> =>
        await fixCommand(scenario, options, (await known()).catalogue, io);
      end(await inThread(io, argvOf(command), options.loopLimit, direct));
    });
}

const HELP = `
Nothing is written: the edits are told. Whatever is told was tried: the scenario was explored with it, as \`run\` does,
and closes. Where no sync can help, it says which kind of change does.

Exit codes:
  0    nothing is broken, or a remedy was found that closes
  1    it breaks, and no remedy was found
  2    not known: the budget ran out, or something was too large to be looked at whole
  254  bad arguments`;

async function fixCommand(name: string, options: FixOptions, catalogue: Catalogue, io: Io): Promise<number> {
  const jobs = await planJobs([name], options, catalogue, io.cwd);
  const names = [...new Set(jobs.map(({ source }) => source.name))];
  if (names.length > 1) {
    throw new BadArgument(
      `${escapeText(name)} has several scenarios (${escapeText(names.join(', '))}): give it one at a time`,
    );
  }
  const deadline = io.now() + options.budget;
  let interrupted = false;
  const release = io.onInterrupt(() => (interrupted = true));
  try {
    const scenario = await loadScenario(jobs[0]!.source, catalogue);
    const hooks = {
      expired: () => (interrupted ? 'interrupted' : io.now() > deadline ? 'time' : undefined),
      breathe: async () => {
        await setImmediate();
      },
    } as const;
    const opened = await openAll(scenario, jobs, hooks);
    const remedy = await remedyFor(opened);
    const isTaken = await writeJson(io, options.json, fixJson(scenario.name, opened, remedy));
    const paint = painter(io.stdout.isTTY && !io.noColour);
    const columns = widthOf(io.stdout);
    const shown = fixText(scenario.name, opened, remedy, { paint, columns, source: sourcesIn(io.cwd) });
    if (!isTaken) io.stdout.write(shown);
    return interrupted ? EXIT.interrupted : codeOf(remedy, opened);
  } finally {
    release();
  }
}

function codeOf(remedy: Remedy, opened: readonly Opened[]): number {
  if (remedy.type === 'unknown') return EXIT.unknown;
  if (remedy.type === 'no sync helps') return EXIT.counterexample;
  // Nothing to mend says nothing of what was not looked at whole.
  return opened.some(({ bench }) => bench.base.held === 'unknown') ? EXIT.unknown : EXIT.converged;
}

function fixJson(scenario: string, opened: readonly Opened[], remedy: Remedy): object {
  const models = opened.map(({ bench: { job, base, tried } }) => ({
    model: job.model,
    asItIs: base.held,
    tried,
  }));
  if (remedy.type !== 'mended') return { fixVersion: 1, scenario, models, remedy };
  const { type, proved, added, change } = remedy;
  const edits = added.map(editReport);
  return { fixVersion: 1, scenario, models, remedy: { type, change: change?.text ?? null, proved, edits } };
}

function sourcesIn(cwd: string): SourceOf {
  return (file) => {
    try {
      return readFileSync(resolve(cwd, file), 'utf8').split('\n');
    } catch {
      return undefined;
    }
  };
}
