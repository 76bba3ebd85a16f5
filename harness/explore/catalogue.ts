import type { ExploreOptions } from './options.ts';
import type { Scenario } from './scenario.ts';

/** What a scenario can be told on the command line. */
export interface MakeOptions {
  /** Real directories that take the place of the scenario's own data, in order. */
  readonly trees?: readonly string[];
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
  readonly plan?: Partial<ExploreOptions>;
  /** Models under which it is known to break: such a twin shows that the tester bites. */
  readonly breaksUnder?: readonly string[];
}

export type Catalogue = readonly CatalogueEntry[];
