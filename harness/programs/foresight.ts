import type { Image } from '../disk/image/image.ts';
import type { Acknowledgement, Scenario } from './scenario.ts';

/** A state whose recovery and check are about to be asked for. */
export interface Foreseen {
  readonly boot: Image;
  /** What had been promised before. */
  readonly acknowledged: readonly Acknowledgement[];
}

/** A program that is run for real can make use of knowing what comes. It changes nothing but how long that takes. */
export interface Foresight {
  /**
   * @param states in the order in which they will come; those that were told before are over
   * @param atOnce so many may be gone through at the same time
   */
  foresee(states: readonly Foreseen[], atOnce: number): void;
  /** Nothing more will be asked for. */
  callOff(): void;
}

const FORESIGHT = Symbol('foresight');

/** Notes on a scenario what helps its program to know what comes. */
export function withForesight(scenario: Scenario, foresight: Foresight): Scenario {
  return Object.assign(scenario, { [FORESIGHT]: foresight });
}

/** What wants to know what comes, if anything does. */
export function foresightOf(scenario: Scenario): Foresight | undefined {
  return (scenario as { readonly [FORESIGHT]?: Foresight })[FORESIGHT];
}
