import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Catalogue } from '../explore/catalogue.ts';
import { Player, type Replay } from '../explore/replay.ts';
import { StaleSchedule, type Schedule } from '../explore/schedule.ts';
import { tellStory } from '../explore/story.ts';
import { fingerprint, parseToken } from '../explore/token.ts';
import { painter } from '../../reports/paint.ts';
import { storyText } from '../../reports/story-text.ts';
import { count, escapeText } from '../../reports/text.ts';
import { collect, parseIndex } from './arguments.ts';
import { atCommand } from './at.ts';
import { BadArgument, codeOf } from './exit-codes.ts';
import type { Io } from './io.ts';
import { materialize } from './materialize.ts';
import { modelNamed } from './names.ts';
import { findScenario } from './find-scenario.ts';
import { storyReport } from './story-report.ts';

export interface ReproOptions {
  readonly materialize?: string;
  readonly from?: string;
  readonly tree?: readonly string[];
  readonly at?: number;
  readonly model?: string;
}

/** Declares `repro`: of a token, or of a scenario at one crash point. */
export function defineRepro(
  program: Command,
  catalogue: Catalogue,
  io: Io,
  end: (code: number) => void,
): void {
  program
    .command('repro')
    .description(
      'plays one schedule again and tells the story; or, with --at, all that happens at one crash point',
    )
    .argument('<token-or-scenario>', 'the token from a report, or a scenario')
    .option('--materialize <dir>', 'write the disk that the last cut left as real files')
    .option('--from <module>', 'the module that holds the scenario, such as ./my-scenarios.js')
    .option('--tree <dir>', 'the directories that the run was given, in the same order', collect)
    .option('--at <n>', 'a crash point of the main life', parseIndex)
    .option('--model <name>', 'with --at: the model (default: posix)')
    .action(async (what: string, options: ReproOptions) => {
      end(await (what.includes(':') ? tokenCommand : atCommand)(what, options, catalogue, io));
    });
}

/** Ops before each cut, effects and rows of trees that `repro` shows. */
const SHOWN = { before: 30, pendingMax: 60, rowsMax: 60 };

async function tokenCommand(
  token: string,
  options: ReproOptions,
  catalogue: Catalogue,
  io: Io,
): Promise<number> {
  if (options.at !== undefined || options.model !== undefined) {
    throw new BadArgument(
      '--at and --model go with a scenario: a token holds its crash points and its model',
    );
  }
  const parsed = parseToken(token);
  const model = modelNamed(parsed.schedule.model);
  const scenario = await findScenario(parsed.schedule.scenario, options, catalogue, io.cwd);
  const player = await Player.start(scenario, model);
  const replay = await playUnlessStale(player, parsed);
  const paint = painter(io.stdout.isTTY && !io.noColour);
  const story = storyReport(await tellStory(player, replay));
  const width = io.stdout.columns > 40 ? io.stdout.columns : 140;
  const title = `${scenario.name} under ${model.name}: ${story.outcome}`;
  const lines = [paint('bold', title), '', ...storyText(story, { ...SHOWN, width }, paint)];
  io.stdout.write(`${lines.join('\n')}\n`);
  if (options.materialize !== undefined) await writeCrashState(replay, player, options.materialize, io);
  return codeOf(replay);
}

/** A schedule fits by chance now and then; the sum over the ops tells whether it is the story that it was. */
async function playUnlessStale(
  player: Player,
  { schedule, fingerprint: wanted }: { schedule: Schedule; fingerprint: string },
): Promise<Replay> {
  const replay = await player.play(schedule.cuts);
  const lives = [...replay.lives.map((lived) => lived.life.ops), replay.recovery.ops];
  if (fingerprint(schedule.cuts, lives) === wanted) return replay;
  throw new StaleSchedule(
    `the ops before its cuts are not what they were, so ${player.scenario.name} or its data have changed since; run it again`,
  );
}

async function writeCrashState(replay: Replay, player: Player, shown: string, io: Io): Promise<void> {
  const disk = replay.lives.at(-1)?.crash ?? player.main.boot;
  const paths = await materialize(disk, resolve(io.cwd, shown), shown);
  io.stdout.write(`the disk after the last cut: ${count(paths, 'path')} in ${escapeText(shown)}\n`);
}
