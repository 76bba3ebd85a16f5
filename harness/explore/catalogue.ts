import type { ExploreOptions } from './options.ts';
import type { Scenario } from '../programs/scenario.ts';

/** What a scenario can be told on the command line. */
export interface MakeOptions {
  /** Real directories that take the place of the scenario's own data, in order. */
  readonly trees?: readonly string[];
}

/** How far to explore a scenario, and what to be content with. */
export interface OwnPlan extends Partial<ExploreOptions> {
  /**
   * `bounded`: crash points with more survivals than the cap may stay bounded and sampled, and the verdict is still a
   * pass. `closure`: they make it unknown. What the tier asks for, if nothing is said.
   */
  readonly accept?: ExploreOptions['tier'];
}

/** A scenario as the command knows it: how to make it, how far to explore it, and what it is known to do. */
export interface CatalogueEntry {
  readonly name: string;
  /** One sentence for `blackout list`. */
  readonly summary: string;
  /** Heading in `blackout list`. */
  readonly group: string;
  /** Whether `blackout run` without names runs it. */
  readonly byDefault: boolean;
  readonly takesTrees?: boolean;
  make(options: MakeOptions): Scenario | Promise<Scenario>;
  /** How far to explore it if nobody says otherwise. */
  readonly plan?: OwnPlan;
  /** See `Scenario.volumes`: what its scenario says, before it is made. */
  readonly volumes?: Readonly<Record<string, string>>;
  /** Models under which it is known to break: such a twin shows that the tester bites. */
  readonly breaksUnder?: readonly string[];
}

/** The scenarios of a project: `package.json` names the module that exports them as `blackout.catalogue`. */
export type Catalogue = readonly CatalogueEntry[];
