import type { Catalogue } from '../explore/catalogue.ts';
import { OUTCOMES } from '../explore/outcome.ts';
import { scopeOf, DEFAULTS } from '../explore/options.ts';
import { Player, type Replay } from '../explore/replay.ts';
import type { Scenario } from '../programs/scenario.ts';
import { cutOf, type Cut } from '../explore/schedule.ts';
import { hashKey } from '../disk/image/hash-key.ts';
import { describeOp } from '../explore/describe.ts';
import { tellStory } from '../explore/story.ts';
import { Survivals } from '../persistence/survivals.ts';
import { painter } from '../../reports/paint.ts';
import { storyText } from '../../reports/story-text.ts';
import { count, escapeText } from '../../reports/text.ts';
import { codeOf } from './exit-codes.ts';
import { BadArgument } from '../runs/bad-argument.ts';
import { findScenario } from '../runs/scenarios/find-scenario.ts';
import type { Io } from './io.ts';
import { importScenarios, isModulePath } from '../runs/scenarios/load-scenario.ts';
import { demandPoint } from '../runs/crash-points.ts';
import { modelNamed } from '../runs/names.ts';
import { quoted } from '../runs/quoted.ts';
import type { ReproOptions } from './repro-options.ts';
import { storyReport } from '../runs/events/story-report.ts';
import { widthOf, wrapText } from './wrap.ts';

/** `repro SCENARIO --at N`: what happens at one crash point of the main life. */
export async function atCommand(
  what: string,
  options: ReproOptions,
  catalogue: Catalogue,
  io: Io,
): Promise<number> {
  if (options.at === undefined) {
    throw new BadArgument(`repro ${escapeText(what)}: give a token, or a crash point with --at 137`);
  }
  const ofOneDisk =
    options.materialize !== undefined
      ? '--materialize'
      : (options.debug && '--debug') || (options.step && '--step');
  if (ofOneDisk) {
    throw new BadArgument(
      `${ofOneDisk} goes with a token: a crash point has many disks, and --at shows their tokens`,
    );
  }
  const model = modelNamed(options.model ?? 'posix');
  const player = await Player.start(await scenarioFor(what, options, catalogue, io), model);
  const last = player.main.life.ops.length;
  demandPoint(options.at, String(options.at), player.scenario.name, last);
  const paint = painter(io.stdout.isTTY && !io.noColour);
  const { cuts, exhaustive, survivals } = cutsAt(player, options.at);
  const replays = await playAll(player, cuts);
  const op = player.main.life.ops[options.at - 1];
  const worst = replays.reduce((a, b) => (badness(b) > badness(a) ? b : a));
  const lines = [
    paint(
      'bold',
      `${player.scenario.name} under ${model.name}, cut ${op ? `after op ${op.index}, ${escapeText(describeOp(op))}` : 'before the first op'}`,
    ),
    `${count(survivals, 'survival')}${exhaustive ? '' : ' (not all: there are too many)'}, ${count(cuts.length, 'distinct disk')}:`,
    ...tally(replays),
    '',
    `${badness(worst) > 0 ? 'The worst of them' : 'One of them'}:`,
    '',
  ];
  const width = widthOf(io.stdout, 140);
  const story = storyReport(await tellStory(player, worst));
  lines.push(...storyText(story, { before: 30, pendingMax: 60, rowsMax: 60, width }, paint));
  lines.push('', `this story: npx blackout repro '${story.token}'${sourceOf(what, options)}`);
  io.stdout.write(wrapText(`${lines.join('\n')}\n`, io.stdout));
  return codeOf(worst);
}

/** What a token needs beside it, so that the scenario is found again. */
function sourceOf(what: string, { from, tree = [] }: ReproOptions): string {
  const module = isModulePath(what) ? what : from;
  const trees = tree.map((each) => ` --tree ${quoted(each)}`).join('');
  return module === undefined ? trees : ` --from ${quoted(module)}${trees}`;
}

async function scenarioFor(
  what: string,
  options: ReproOptions,
  catalogue: Catalogue,
  io: Io,
): Promise<Scenario> {
  if (!isModulePath(what)) return await findScenario(what, options, catalogue, io.cwd);
  const scenarios = await importScenarios(what, io.cwd);
  if (scenarios.length === 1) return scenarios[0]!;
  const names = scenarios.map((each) => each.name).join(', ');
  throw new BadArgument(
    `${escapeText(what)} has several scenarios (${names}): name one, and use --from ${escapeText(what)}`,
  );
}

/** One cut for each distinct disk that the power can leave there. */
function cutsAt(
  player: Player,
  at: number,
): { cuts: readonly Cut[]; exhaustive: boolean; survivals: number } {
  const { boot, life } = player.main;
  const survivals = new Survivals(player.model, boot, scopeOf(DEFAULTS));
  for (const op of life.ops.slice(0, at)) survivals.step(op);
  const cuts = new Map<string, Cut>();
  let visited = 0;
  survivals.visit((survival) => {
    visited++;
    const key = hashKey(survival.image.hash);
    if (!cuts.has(key)) cuts.set(key, cutOf(at, survivals.graph, survival.kept()));
  });
  return {
    cuts: [...cuts.values()],
    exhaustive: survivals.coverage === 'exhaustive',
    survivals: visited,
  };
}

async function playAll(player: Player, cuts: readonly Cut[]): Promise<readonly Replay[]> {
  const replays: Replay[] = [];
  for (const cut of cuts) replays.push(await player.play([cut]));
  return replays;
}

function badness({ verdict }: Replay): number {
  return OUTCOMES.indexOf(verdict.outcome);
}

/** How the disks end, the worst first. */
function tally(replays: readonly Replay[]): string[] {
  return OUTCOMES.toReversed().flatMap((outcome) => {
    const number = replays.filter((replay) => replay.verdict.outcome === outcome).length;
    return number === 0 ? [] : [`  ${outcome}: ${number}`];
  });
}
