import type { Catalogue, OwnPlan } from '../../harness/explore/catalogue.ts';
import type { Scenario } from '../../harness/index.ts';

interface Kind {
  readonly plan?: OwnPlan;
  /** Models under which the broken form breaks. */
  readonly breaksUnder: readonly string[];
  /** Models under which the mended form breaks all the same. */
  readonly mendedBreaksUnder?: readonly string[];
  /** The mended form is too large to be run by everybody. */
  readonly large?: true;
}

/** A documented bug of a well-known system, and the same program mended. */
export function pair(bug: Scenario, mended: Scenario, kind: Kind): Catalogue {
  const { plan, breaksUnder, mendedBreaksUnder, large } = kind;
  return [bug, mended].map((scenario) => ({
    name: scenario.name,
    summary: scenario.summary ?? '',
    group: 'Bugs from the field, and their remedies',
    byDefault: scenario === mended && !large,
    make: () => scenario,
    ...(plan ? { plan } : {}),
    ...(scenario.volumes ? { volumes: scenario.volumes } : {}),
    ...(scenario === bug ? { breaksUnder } : mendedBreaksUnder ? { breaksUnder: mendedBreaksUnder } : {}),
  }));
}
