import assert from 'node:assert/strict';
import { Core } from '../disk/core/core.ts';
import type { FaultsOptions } from '../disk/core/faults.ts';
import { createFacade, type Facade } from '../disk/facade/facade.ts';
import type { Image } from '../disk/image/image.ts';
import { randomly, type Choices } from '../persistence/choices.ts';
import type { Departure } from './event-loop.ts';
import { kindOf } from './kind-of.ts';
import { notePlaces } from './note-places.ts';
import type { LifeRecord, LifeRequest, Mark, Unawaited } from './program.ts';
import type { Acknowledgement, Life } from './scenario.ts';
import { stopBefore } from './stop-before.ts';
import { Supervisor } from './supervise.ts';

export interface LifeOptions {
  /** Calls to the disk, reads included, after which the life counts as endless. */
  readonly callsMax: number;
  readonly time: number;
  /** What the program gets instead of the plain facade: one that watches it. */
  readonly wrap?: (fs: Facade) => Facade;
  /** Where random numbers begin, besides the disk: two lives on one disk should not get the same. */
  readonly salt?: number;
  /** Where other file systems are mounted: directories on the disk. */
  readonly mounts?: readonly string[];
  /** See `LifeRequest`. */
  readonly traced?: boolean;
  readonly placed?: LifeRequest['placed'];
  readonly stopped?: LifeRequest['stopped'];
  readonly watchesReal?: boolean;
  readonly order?: readonly Departure[];
  readonly faults?: FaultsOptions;
}

/** Not in a map from lives: a weak one keeps tens of thousands of disks until all memory is gone through. */
const CORE = Symbol('core');

/** The system calls below a life's facade, for programs that get more than the facade. */
export function coreOf(life: object): Core {
  const core = (life as { readonly [CORE]?: Core })[CORE];
  assert(core !== undefined, "only a life whose don't-care regions are not watched has all of node:fs");
  return core;
}

/** Runs `body` on its own fork of `boot`, to its end, without a cut, and records what it did. */
export async function runLife(
  boot: Image,
  body: (life: Life) => Promise<void>,
  options: LifeOptions,
): Promise<LifeRecord> {
  const { callsMax, time } = options;
  const supervisor = new Supervisor({
    callsMax,
    time,
    watchesReal: options.watchesReal ?? false,
    order: options.order ?? [],
  });
  const { loop } = supervisor;
  loop.traces = options.traced ?? false;
  const clock = { now: (): number => loop.time++ };
  const { faults, mounts = [] } = options;
  const core = new Core(boot.fork(), { ...clock, mounts, ...(faults ? { faults } : {}) });
  const notes = options.placed && notePlaces(core.journal, loop, options.placed);
  if (options.stopped) stopBefore(core, loop, options.stopped);
  const acknowledged: Mark<Acknowledgement>[] = [];
  const phases: Mark<string>[] = [];
  const unawaited: Unawaited[] = [];
  const facade = createFacade(core, loop);
  const life: Life & { readonly [CORE]?: Core } = {
    // Who watches what a life looks at, watches the facade: there must be no way around it.
    ...(options.wrap ? {} : { [CORE]: core }),
    fs: options.wrap ? options.wrap(facade) : facade,
    clock,
    random: randomOn(boot, options.salt ?? 0),
    acknowledge(value) {
      const mark = { after: core.journal.length, value: demandText(value, 'acknowledge') };
      acknowledged.push(mark);
      if (!loop.alone) unawaited.push({ calls: loop.underWay, promise: mark });
    },
    phase: (value) => void phases.push({ after: core.journal.length, value: demandText(value, 'phase') }),
  };
  const { ending, cutOff, realPaths, leftUnderWay } = await supervisor.run(
    core,
    async () => await body(life),
  );
  if (leftUnderWay.length > 0) unawaited.push({ calls: leftUnderWay, promise: undefined });
  return {
    ops: core.journal.ops,
    acknowledged,
    phases,
    image: core.image,
    ending,
    time: loop.time,
    overlaps: loop.overlaps,
    steps: loop.steps,
    ...notes,
    ...(core.faults ? { chances: core.faults.chances } : {}),
    ...(cutOff.length > 0 ? { cutOff } : {}),
    ...(realPaths.length > 0 ? { realPaths } : {}),
    ...(unawaited.length > 0 ? { unawaited } : {}),
  };
}

/** Promises are kept, compared and shown as text, and not everybody's program has types. */
function demandText(value: unknown, call: string): string {
  if (typeof value === 'string') return value;
  const hint = typeof value === 'object' && value !== null ? `, such as ${call}(JSON.stringify(it))` : '';
  throw new TypeError(`${call} takes a text${hint}: it was given ${kindOf(value)}`);
}

/**
 * Random numbers that are the same for the same disk, and others for others: a temporary name of one life must not be
 * that of the next by chance that isn't any.
 */
function randomOn(boot: Image, salt: number): () => number {
  let choices: Choices | undefined;
  return () => {
    const { a, b, c, d } = boot.hash;
    choices ??= randomly(a ^ b ^ c ^ d ^ salt);
    return choices.choose(2 ** 32) / 2 ** 32;
  };
}

/** What has been promised in all: a promise that is made again is still the same one. */
export function withPromises(
  before: readonly Acknowledgement[],
  marks: readonly Mark<Acknowledgement>[],
): readonly Acknowledgement[] {
  return [...new Set([...before, ...marks.map((mark) => mark.value)])];
}
