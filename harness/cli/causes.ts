import { Explorer } from '../explore/explorer.ts';
import { scheduleTo, type Exploration, type StateNode } from '../explore/exploration.ts';
import type { ExploreOptions } from '../explore/options.ts';
import { OUTCOMES } from '../explore/outcome.ts';
import { Player, type Replay } from '../explore/replay.ts';
import type { Scenario } from '../explore/scenario.ts';
import { shrink } from '../explore/shrink.ts';
import { tellStory, type Story } from '../explore/story.ts';
import type { PersistenceModel } from '../persistence/model.ts';
import type { CauseReport } from '../../reports/schema.ts';
import { storyReport } from './story-report.ts';

/** Groups of failures that are shrunk and told; each costs up to 1500 replays. */
const GROUPS_MAX = 12;

export interface Causes {
  readonly causes: readonly CauseReport[];
  /** Failures of groups beyond the limit, or that nobody had time for. */
  readonly notGrouped: number;
}

/**
 * Distinct causes of an exploration's failures. Those with the same outcome, broken invariant and last op before the
 * first cut are taken for one, of which the first is shrunk; then those that shrink to the same kind of culprit are
 * put together.
 */
export async function causesOf(
  exploration: Exploration,
  options: ExploreOptions,
  reproduceWith: string,
  expired: () => boolean,
): Promise<Causes> {
  const { scenario, model } = exploration;
  const groups = [...groupedRoughly(exploration).values()];
  const causes = new Map<string, CauseReport>();
  let notGrouped = 0;
  const player = groups.length > 0 ? await Player.start(scenario, model) : undefined;
  for (const [i, group] of groups.entries()) {
    // The first one is always told: a failure without a story would be of no use.
    if (i >= GROUPS_MAX || (i > 0 && expired())) {
      notGrouped += group.length;
      continue;
    }
    const told = await tell(player!, group[0]!, options, expired);
    const kind = told.cause.op === undefined ? null : kindOf(told.cause.op);
    const finding = told.verdict.findings[0];
    const key = JSON.stringify([told.verdict.outcome, finding?.invariant, kind]);
    const known = causes.get(key);
    causes.set(key, {
      outcome: told.verdict.outcome,
      invariant: finding?.invariant ?? '',
      message: finding?.message ?? '',
      culpritKind: kind,
      failures: (known?.failures ?? 0) + group.length,
      reproduce: known?.reproduce ?? `npx blackout repro '${told.token}'${reproduceWith}`,
      story: known?.story ?? storyReport(told),
    });
  }
  const badness = (cause: CauseReport): number => OUTCOMES.indexOf(cause.outcome);
  return { causes: [...causes.values()].sort((a, b) => badness(b) - badness(a)), notGrouped };
}

function groupedRoughly({ failures, main }: Exploration): ReadonlyMap<string, StateNode[]> {
  const groups = new Map<string, StateNode[]>();
  for (const node of failures) {
    let root = node;
    while (root.parent) root = root.parent;
    const last = main.life.ops[root.cut.at - 1]?.kind ?? 'start';
    const { outcome, findings } = node.verdict!;
    const key = JSON.stringify([outcome, findings[0]?.invariant, last]);
    const group = groups.get(key);
    if (group) group.push(node);
    else groups.set(key, [node]);
  }
  return groups;
}

/** The smallest story that could be made of a failure: of a simpler workload if one breaks the same way. */
async function tell(
  player: Player,
  node: StateNode,
  options: ExploreOptions,
  expired: () => boolean,
): Promise<Story> {
  const { scenario, model } = player;
  const { cuts } = scheduleTo(node, scenario.name, model.name);
  const found = await player.play(cuts);
  // Some verdicts are not about one story: two runs that differ, for instance. Those are told as they were found.
  const { outcome, findings } = found.verdict;
  if (outcome !== node.verdict!.outcome || findings[0]?.invariant !== node.verdict!.findings[0]?.invariant) {
    return await tellStory(player, { ...found, verdict: node.verdict! });
  }
  const simpler = await smallerStory(scenario, model, found, options, expired);
  return simpler ?? (await tellStory(player, await shrink(player, found, expired)));
}

/** States that a simpler form of a scenario may have before it is given up: it is there to be quick. */
const SMALLER_STATES_MAX = 20_000;

async function smallerStory(
  scenario: Scenario,
  model: PersistenceModel,
  found: Replay,
  options: ExploreOptions,
  expired: () => boolean,
): Promise<Story | undefined> {
  for (const smaller of scenario.smaller?.() ?? []) {
    // A token holds the scenario's name, so a simpler form under the same name could not be played again.
    if (smaller.name === scenario.name) continue;
    const { at: _, ...plan } = { ...options, bail: 1, statesMax: SMALLER_STATES_MAX };
    const { failures } = await new Explorer(smaller, model, plan).explore();
    const failure = failures[0];
    if (!failure) continue;
    const player = await Player.start(smaller, model);
    const replay = await player.play(scheduleTo(failure, smaller.name, model.name).cuts);
    if (replay.verdict.findings[0]?.invariant !== found.verdict.findings[0]?.invariant) continue;
    return await tellStory(player, await shrink(player, replay, expired));
  }
  return undefined;
}

/** The kind of op in a culprit's text, `op 4, write /d/tmp [0, +6400)`. */
function kindOf(culprit: string): string {
  return /^op \d+(?: of recovery \d+)?, (\w+)/.exec(culprit)?.[1] ?? '';
}
