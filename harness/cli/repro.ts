import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Catalogue } from '../explore/catalogue.ts';
import type { Player, Replay } from '../explore/replay.ts';
import { painter } from '../../reports/paint.ts';
import { count, escapeText } from '../../reports/text.ts';
import { collect, LOOPBACK, parseAddress, parseIndex } from './arguments.ts';
import { atCommand } from './at.ts';
import { codeOf } from './exit-codes.ts';
import { BadArgument } from '../runs/bad-argument.ts';
import { attach, debugStory } from './debug.ts';
import type { DebugAddress, Io } from './io.ts';
import { materialize } from './materialize.ts';
import type { ReproOptions } from './repro-options.ts';
import type { Known } from '../runs/scenarios/project-catalogue.ts';
import { playToken } from '../runs/play-token.ts';
import { findScenario } from '../runs/scenarios/find-scenario.ts';
import { argvOf, loopLimitOption } from './shared-options.ts';
import { stepThrough } from './step/step.ts';
import { Walk } from '../runs/step/walk.ts';
import { inThread } from './thread/in-thread.ts';
import { widthOf, wrapText } from './wrap.ts';

/** Where Node's own tools look. */
const DEBUG_PORT = 9229;
const ADDRESS: DebugAddress = { host: LOOPBACK, port: DEBUG_PORT };

/** Declares `repro`: of a token, or of a scenario at one crash point. */
export function defineRepro(
  program: Command,
  known: () => Promise<Known>,
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
    .option(
      '--step',
      'go through its lives op by op, with keys, and see the tree change; a list without a terminal',
    )
    .option(
      '--debug [address]',
      `stop a debugger at the last call before each cut; it attaches at ${LOOPBACK}:${DEBUG_PORT}, or there`,
      parseAddress,
    )
    .option('--from <module>', 'the module that holds the scenario, such as ./my-scenarios.js')
    .option('--tree <dir>', 'the directories that the run was given, in the same order', collect)
    .option('--at <n>', 'a crash point of the main life', parseIndex)
    .option('--model <name>', 'with --at: the model (default: posix)')
    .addOption(loopLimitOption())
    .action(async (what: string, options: ReproOptions, command: Command) => {
      const debug = (options.debug as DebugAddress | true | undefined) === true ? ADDRESS : options.debug;
      const does = what.includes(':') ? tokenCommand : atCommand;
      const direct = async (): Promise<number> =>
        await does(what, { ...options, ...(debug ? { debug } : {}) }, (await known()).catalogue, io);
      // Debuggers look for the main thread, and whoever has attached one can end it.
      end(await (debug ? direct() : inThread(io, argvOf(command), options.loopLimit, direct)));
    });
}

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
  if (options.debug && options.step)
    throw new BadArgument('--debug and --step are two ways to go through a story: give one of them');
  if (options.debug) await attach(options.debug, io);
  const { player, replay, story, text } = await playToken(
    token,
    async (name) => await findScenario(name, options, catalogue, io.cwd),
    {
      width: widthOf(io.stdout, 140),
      paint: painter(io.stdout.isTTY && !io.noColour),
    },
  );
  if (options.debug) await debugStory(player, replay, io);
  if (options.step) await stepThrough(new Walk(player, replay), story, io);
  else io.stdout.write(wrapText(text, io.stdout));
  if (options.materialize !== undefined) await writeCrashState(replay, player, options.materialize, io);
  return codeOf(replay);
}

async function writeCrashState(replay: Replay, player: Player, shown: string, io: Io): Promise<void> {
  const disk = replay.lives.at(-1)?.crash ?? player.main.boot;
  const paths = await materialize(disk, resolve(io.cwd, shown), shown);
  io.stdout.write(`the disk after the last cut: ${count(paths, 'path')} in ${escapeText(shown)}\n`);
}
