import type { Canonical } from '../../explore/canonical.ts';
import { Explorer } from '../../explore/explorer.ts';
import { scheduleTo, type Exploration, type StateNode } from '../../explore/exploration.ts';
import type { ExploreOptions } from '../../explore/options.ts';
import { Player, type Replay } from '../../explore/replay.ts';
import type { Scenario } from '../../programs/scenario.ts';
import { breaks, shrink } from '../../explore/shrink.ts';
import { tellStory } from '../../explore/story.ts';
import type { PersistenceModel } from '../../persistence/model.ts';
import type { CauseReport } from '../../../reports/schema/story.ts';
import { mayNotTry } from '../../programs/guard.ts';
import { groupsOf } from './groups.ts';
import { fastCheckLine, vitestLine } from './paste-lines.ts';
import { storyReport } from './story-report.ts';

/** Groups of failures that are shrunk and told; each costs up to 1500 replays. */
export const GROUPS_MAX = 12;

export interface Causes {
  /** One for each group of failures that was told, in the order of their first states; several may be of one kind. */
  readonly causes: readonly CauseReport[];
  /** Failures of groups beyond the limit, or that nobody had time for. */
  readonly notGrouped: number;
}

/**
 * The causes of an exploration's failures: of each group that looks alike, the first one is shrunk and told.
 *
 * @param graph the graph of the exploration's states, in their canonical order
 */
export async function causesOf(
  exploration: Exploration,
  graph: Canonical,
  options: ExploreOptions,
  reproduceWith: string,
  expired: () => boolean,
): Promise<Causes> {
  const { scenario, model, main, nodes } = exploration;
  const groups = groupsOf(
    graph,
    main.life.ops.map((op) => op.kind),
  );
  const causes: CauseReport[] = [];
  const told = new Set<number>();
  const player = groups.length > 0 ? await Player.start(scenario, model) : undefined;
  for (const { invariant, states } of groups) {
    // The first one is always told: a failure without a story would be of no use.
    if (causes.length >= GROUPS_MAX || (causes.length > 0 && expired())) break;
    const node = nodes[graph.origins[states[0]!]!]!;
    const { teller, replay } = await smallest(player!, node, invariant, options, expired);
    const cause = await tell(teller, replay, invariant, reproduceWith, expired);
    causes.push({ ...cause, failures: states.length, state: states[0]! });
    for (const state of states) told.add(state);
  }
  return { causes, notGrouped: graph.failures.filter((state) => !told.has(state)).length };
}

async function tell(
  player: Player,
  replay: Replay,
  invariant: string,
  reproduceWith: string,
  expired: () => boolean,
): Promise<Omit<CauseReport, 'failures' | 'state'>> {
  const story = storyReport(await tellStory(player, replay, expired));
  const { outcome, findings } = replay.verdict;
  const finding = findings.find((each) => each.invariant === invariant);
  return {
    // Of several findings, each has a kind of its own, and the worst is the outcome of all.
    outcome: findings.length === 1 ? outcome : (finding?.kind ?? 'corrupt'),
    invariant,
    message: finding?.message ?? '',
    culpritKind: story.culprit?.kind ?? null,
    reproduce: `npx blackout repro '${story.token}'${reproduceWith}`,
    vitest: vitestLine(story.token, story.model),
    fastCheck: fastCheckLine(replay),
    story,
  };
}

interface Told {
  readonly teller: Player;
  readonly replay: Replay;
}

/** The smallest story that could be made of a failure: of a simpler workload if one breaks the same way. */
async function smallest(
  player: Player,
  node: StateNode,
  invariant: string,
  options: ExploreOptions,
  expired: () => boolean,
): Promise<Told> {
  const { scenario, model } = player;
  const found = await player.play(scheduleTo(node, scenario.name, model.name));
  // Some verdicts are not about one story: two runs that differ, for instance. Those are told as they were found.
  if (!breaks(found, invariant)) return { teller: player, replay: { ...found, verdict: node.verdict! } };
  if (mayNotTry()) return { teller: player, replay: found };
  const simpler = await smallerStory(scenario, model, invariant, options, expired);
  return simpler ?? { teller: player, replay: await shrink(player, found, expired, invariant) };
}

/** States that a simpler form of a scenario may have before it is given up: it is there to be quick. */
const SMALLER_STATES_MAX = 20_000;

async function smallerStory(
  scenario: Scenario,
  model: PersistenceModel,
  invariant: string,
  options: ExploreOptions,
  expired: () => boolean,
): Promise<Told | undefined> {
  for (const smaller of scenario.smaller?.() ?? []) {
    // A token holds the scenario's name, so a simpler form under the same name could not be played again.
    if (smaller.name === scenario.name) continue;
    const { at: _, shard: __, ...plan } = { ...options, bail: 1, statesMax: SMALLER_STATES_MAX };
    const { failures } = await new Explorer(smaller, model, plan).explore();
    const failure = failures[0];
    if (!failure) continue;
    const player = await Player.start(smaller, model);
    const replay = await player.play(scheduleTo(failure, smaller.name, model.name));
    if (!breaks(replay, invariant)) continue;
    return { teller: player, replay: await shrink(player, replay, expired, invariant) };
  }
  return undefined;
}
