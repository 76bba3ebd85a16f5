import { Image } from '../disk/image/image.ts';
import { parted } from './determinism.ts';
import { CALLS_MAX } from './judge.ts';
import { EPOCH, runLife, type LifeRecord } from './life.ts';
import { describeError } from './outcome.ts';
import type { Acknowledgement, Scenario } from './scenario.ts';

/** The disk before the story, and the life that is cut first, uncut. */
export interface MainLife {
  readonly boot: Image;
  readonly life: LifeRecord;
  /** What setup promised. */
  readonly acknowledged: readonly Acknowledgement[];
}

/** A scenario that can't be explored, with one line that says why. */
export class ScenarioError extends Error {
  override name = 'ScenarioError';
}

/**
 * Runs setup and, twice, the main life.
 * @throws ScenarioError if one of them fails without any cut, or if the two runs differ
 */
export async function prepare(scenario: Scenario): Promise<MainLife> {
  const { callsMax = CALLS_MAX } = scenario;
  const setup = await runLife(Image.empty(), async (life) => await scenario.setup?.(life), {
    callsMax: CALLS_MAX,
    time: EPOCH,
  });
  demandEnd(setup, `setup of ${scenario.name}`);
  const boot = setup.image;
  const options = { callsMax, time: setup.time };
  const run = async (): Promise<LifeRecord> =>
    await runLife(boot, async (life) => await scenario.run(life), options);
  const life = await run();
  demandEnd(life, `run of ${scenario.name}`);
  const difference = parted(life, await run());
  if (difference) throw new ScenarioError(`${scenario.name}: ${difference.message}`);
  return { boot, life, acknowledged: setup.acknowledged.map((mark) => mark.value) };
}

function demandEnd(life: LifeRecord, what: string): void {
  if (life.ending.type === 'ended') return;
  const why = life.ending.type === 'threw' ? describeError(life.ending.error) : life.ending.why;
  throw new ScenarioError(`${what} fails without any power cut: ${why}`);
}
