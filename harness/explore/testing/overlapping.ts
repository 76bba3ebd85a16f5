import * as fc from 'fast-check';
import { anyDraft, bootDisk, boots, mountable, type Step } from '../../persistence/testing/steps.ts';
import { scenario, type Life, type Scenario } from '../../programs/scenario.ts';
import { afterwards, judge, perform, stepsOn, strictness } from './programs.ts';

/**
 * Programs that do two things at once, in the run and in the recovery, and promise something when each is done. Where one
 * is in the way of the other, that is left out. Some stop where a call fails with EIO.
 */
export const overlappingScenario: fc.Arbitrary<Scenario> = overlapping(boots);

/** The same, on disks that have `/d` for something to be mounted on. */
export const overlappingOnTwo: fc.Arbitrary<Scenario> = overlapping(mountable);

function overlapping(disks: typeof boots): fc.Arbitrary<Scenario> {
  const parts = fc.record({
    boot: fc.constantFrom(...Object.keys(disks)),
    run: fc.array(anyDraft, { minLength: 2, maxLength: 3, size: 'max' }),
    recover: fc.array(anyDraft, { maxLength: 2, size: 'max' }),
    promises: fc.boolean(),
    stops: fc.boolean(),
    oneIn: strictness,
  });
  return parts.map(({ boot, run, recover, promises, stops, oneIn }) => {
    const start = disks[boot]!;
    const steps = stepsOn(bootDisk(start), run);
    const repairs = stepsOn(afterwards(bootDisk(start), steps), recover);
    const atOnce = async (life: Life, acts: readonly Step[]): Promise<void> => {
      const each = [acts.slice(0, 1), acts.slice(1)].map(async (own, i) => {
        await perform(life, own, stops);
        if (promises) life.acknowledge(`part ${i}`);
      });
      await Promise.all(each);
    };
    return Object.assign(
      scenario({
        name: 'overlapping',
        setup: async (life) => await perform(life, start),
        run: async (life) => await atOnce(life, steps),
        recover: async (life) => await atOnce(life, repairs),
        check: async (disk, acknowledged) => await judge(disk, acknowledged, oneIn),
      }),
      { toString: () => JSON.stringify({ start, steps, repairs, promises, stops, oneIn }) },
    );
  });
}
