import { Core } from '../disk/core/core.ts';
import type { FaultsOptions } from '../disk/core/faults.ts';
import { Image } from '../disk/image/image.ts';
import type { PersistenceModel } from '../persistence/model.ts';
import { parted } from './determinism.ts';
import { inline } from '../programs/inline.ts';
import { EPOCH } from '../programs/times.ts';
import type { LifeRecord } from '../programs/program.ts';
import { describeError } from './outcome.ts';
import { liveTraced } from '../programs/traced.ts';
import { userFrames } from '../programs/user-frames.ts';
import type { Acknowledgement, Scenario } from '../programs/scenario.ts';

/** The disk before the story, and the life that is cut first, uncut. */
export interface MainLife {
  readonly boot: Image;
  /** When it begins, in milliseconds since 1970. */
  readonly time: number;
  readonly life: LifeRecord;
  /** Where other file systems are mounted. */
  readonly mounts: readonly string[];
  /** What setup promised. */
  readonly acknowledged: readonly Acknowledgement[];
}

/** A scenario that can't be explored, with one line that says why. */
export class ScenarioError extends Error {
  override name = 'ScenarioError';
}

/**
 * Runs setup and, twice, the main life.
 *
 * @param model says where other file systems are mounted; what setup has not made there is made
 * @param faults to have the calls counted that could go wrong; none does
 * @throws ScenarioError if one of them fails without any cut, or if the two runs differ
 */
export async function prepare(
  scenario: Scenario,
  { mounts }: Pick<PersistenceModel, 'mounts'> = {},
  faults?: FaultsOptions,
): Promise<MainLife> {
  const points = [...(mounts?.keys() ?? [])];
  const program = inline(scenario, points);
  const setup = await liveTraced(program, { part: 'setup', boot: Image.empty(), time: EPOCH });
  demandEnd(setup, `setup of ${scenario.name}`);
  const boot = withDirectories(setup.image, points, scenario.name);
  const run = async (watchesReal: boolean): Promise<LifeRecord> =>
    await liveTraced(program, {
      part: 'run',
      boot,
      time: setup.time,
      watchesReal,
      ...(faults ? { faults } : {}),
    });
  const life = await run(false);
  demandEnd(life, `run of ${scenario.name}`);
  const { realPaths, ...again } = await run(true);
  const difference = parted(life, again);
  if (difference) throw new ScenarioError(`${scenario.name}: ${difference.message}`);
  return {
    boot,
    time: setup.time,
    life: realPaths ? { ...life, realPaths } : life,
    mounts: points,
    acknowledged: setup.acknowledged.map((mark) => mark.value),
  };
}

/** Something is mounted on directories only. */
function withDirectories(image: Image, points: readonly string[], scenario: string): Image {
  if (points.length === 0) return image;
  const core = new Core(image.fork());
  for (const path of points) {
    try {
      core.mkdirp(path);
    } catch (error) {
      throw new ScenarioError(`${scenario}: nothing can be mounted on ${path}: ${describeError(error)}`);
    }
  }
  return core.image;
}

function demandEnd(life: LifeRecord, what: string): void {
  if (life.ending.type === 'ended') return;
  const why = life.ending.type === 'threw' ? withPlace(life.ending.error) : life.ending.why;
  throw new ScenarioError(`${what} fails without any power cut: ${why}`);
}

/** What was thrown, the first place in the program that it came through, and what is often behind it. */
function withPlace(error: unknown): string {
  const place = userFrames(error)?.split('\n')[0];
  const what = place === undefined ? describeError(error) : `${describeError(error)} (${place})`;
  const isMissing = (error as { code?: unknown } | null | undefined)?.code === 'ENOENT';
  return isMissing ? `${what}; the simulated disk is empty but for what setup makes` : what;
}
