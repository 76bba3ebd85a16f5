import { Core } from '../disk/core/core.ts';
import { createFacade, type Facade } from '../disk/facade/facade.ts';
import type { Image } from '../disk/image/image.ts';
import type { Op } from '../disk/journal.ts';
import { randomly } from '../persistence/choices.ts';
import type { Acknowledgement, Life } from './scenario.ts';
import { supervised, type Ending } from './supervise.ts';

/** Something that happened after so many ops. */
export interface Mark<T> {
  readonly after: number;
  readonly value: T;
}

/** The record of one uncut life. */
export interface LifeRecord {
  readonly ops: readonly Op[];
  readonly acknowledged: readonly Mark<Acknowledgement>[];
  readonly phases: readonly Mark<string>[];
  /** The volatile view at the end. */
  readonly image: Image;
  readonly ending: Ending;
  /** The clock at the end, in milliseconds since 1970. */
  readonly time: number;
}

/** Where simulated time begins: 2026-01-01, 00:00 UTC. */
export const EPOCH = Date.UTC(2026, 0, 1);

export interface LifeOptions {
  /** Calls to the disk, reads included, after which the life counts as endless. */
  readonly callsMax: number;
  readonly time: number;
  /** What the program gets instead of the plain facade: one that watches it. */
  readonly wrap?: (fs: Facade) => Facade;
}

/** Runs `body` on its own fork of `boot`, to its end, without a cut, and records what it did. */
export async function runLife(
  boot: Image,
  body: (life: Life) => Promise<void>,
  options: LifeOptions,
): Promise<LifeRecord> {
  let time = options.time;
  const clock = { now: (): number => time++ };
  const core = new Core(boot.fork(), clock);
  const acknowledged: Mark<Acknowledgement>[] = [];
  const phases: Mark<string>[] = [];
  const choices = randomly(1);
  const facade = createFacade(core);
  const life: Life = {
    fs: options.wrap ? options.wrap(facade) : facade,
    clock,
    random: () => choices.choose(2 ** 32) / 2 ** 32,
    acknowledge: (value) => void acknowledged.push({ after: core.journal.length, value }),
    phase: (value) => void phases.push({ after: core.journal.length, value }),
  };
  const ending = await supervised(core, options.callsMax, () => body(life));
  core.cutAfter = 0; // Whatever the program left running changes nothing from here on.
  return { ops: core.journal.ops, acknowledged, phases, image: core.image, ending, time };
}

/** What has been promised in all: a promise that is made again is still the same one. */
export function withPromises(
  before: readonly Acknowledgement[],
  marks: readonly Mark<Acknowledgement>[],
): readonly Acknowledgement[] {
  return [...new Set([...before, ...marks.map((mark) => mark.value)])];
}
