import { Explorer } from '../../explore/explorer.ts';
import type { Exploration } from '../../explore/exploration.ts';
import { Remembered } from '../../explore/remembered.ts';
import type { ExploreOptions } from '../../explore/options.ts';
import type { PersistenceModel } from '../../persistence/model.ts';
import type { Scenario } from '../../programs/scenario.ts';
import type { Plan } from '../job.ts';

/**
 * States up to which kills are explored without being asked for. A program that syncs little has many more states under
 * kills than under cuts alone, and who tries it out for the first time should not wait for them.
 */
const AFFORDABLE = 2000;

/** Kills make about three times as many states as cuts alone, or more: where that is too many, it is not begun. */
const LIKELY_FACTOR = 3;

/** Kills between two cuts, where nobody says how many: any number of them multiply what is pending without end. */
const KILLS = 1;

/** An exploration, and the ways to die that it went through, which the plan may leave open. */
export interface Explored {
  readonly exploration: Exploration;
  readonly deaths: Pick<Plan, 'deaths' | 'kills'>;
}

/**
 * Explores as planned. Where the plan says nothing of how lives end, cuts alone are gone through first, and if they
 * close, with a kill between any two of them, if that closes too within an affordable number of states: a number that is
 * the same on every machine. What cuts leave is not recovered again for that. What is left out then is not part of the
 * claim. A part of the work, crash points or a shard, can't tell whether the whole is affordable: it goes through cuts.
 */
export async function exploreDeaths(
  scenario: Scenario,
  model: PersistenceModel,
  plan: Plan,
  hooks: Pick<ExploreOptions, 'expired' | 'breathe' | 'atOnce'>,
): Promise<Explored> {
  const remembered = plan.deaths ? undefined : new Remembered(AFFORDABLE / LIKELY_FACTOR);
  const explore = async (deaths: Explored['deaths'], statesMax = plan.statesMax): Promise<Explored> => {
    const options = {
      ...plan,
      ...deaths,
      ...hooks,
      ...(statesMax === undefined ? {} : { statesMax }),
    };
    return { exploration: await new Explorer(scenario, model, options, remembered).explore(), deaths };
  };
  if (plan.deaths) return await explore({ deaths: plan.deaths, ...killsOf(plan) });
  const cuts = await explore({ deaths: ['cut'] });
  const { closed, failures, nodes } = cuts.exploration;
  const isPart = plan.at !== undefined || plan.shard !== undefined;
  if (isPart || !closed || failures.length > 0 || nodes.length * LIKELY_FACTOR > AFFORDABLE) return cuts;
  const both = await explore({ deaths: ['cut', 'kill'], kills: plan.kills ?? KILLS }, AFFORDABLE);
  return both.exploration.stopped === 'states' ? cuts : both;
}

function killsOf({ kills }: Plan): Pick<Plan, 'kills'> {
  return kills === undefined ? {} : { kills };
}
