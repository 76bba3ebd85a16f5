import { guarded } from './guard.ts';
import { runLife } from './life.ts';
import type { LifeRecord, LifeRequest, Part, Program } from './program.ts';
import type { Endured, Life, Scenario } from './scenario.ts';

/** Calls to the disk in one life after which it counts as endless, unless the scenario says otherwise. */
const CALLS_MAX = 1_000_000;

/** Numbers with no meaning, one for each part. */
const SALTS: Readonly<Record<Part, number>> = { setup: 0x51ed, run: 0x2a7b, recover: 0x6c3f, check: 0x19d5 };

const UNHARMED: Endured = { failed: 0 };

/** The first kind of program: the functions of a scenario, called with the facade of a life. */
class Inline implements Program {
  readonly #scenario: Scenario;
  readonly #mounts: readonly string[];

  constructor(scenario: Scenario, mounts: readonly string[]) {
    this.#scenario = scenario;
    this.#mounts = mounts;
  }

  async live(request: LifeRequest): Promise<LifeRecord> {
    const { part, boot } = request;
    // The limit of a scenario is for what it tests; its setup may be as long as it likes.
    const own = part === 'setup' ? undefined : this.#scenario.callsMax;
    const options = {
      ...request,
      callsMax: request.callsMax ?? own ?? CALLS_MAX,
      salt: SALTS[part],
      // Setup makes what the mount points will be: it is over before there is anything to mount.
      mounts: part === 'setup' ? [] : this.#mounts,
    };
    if (part !== 'check')
      return await runLife(boot, async (life) => await this.#scenario[part]?.(life), options);
    let findings: unknown;
    const record = await runLife(
      boot,
      async (life: Life) => {
        findings = await this.#scenario.check(life, request.acknowledged ?? [], request.endured ?? UNHARMED);
      },
      options,
    );
    return { ...record, findings };
  }
}

/**
 * A scenario as a program.
 *
 * @param mounts where other file systems are mounted, after setup
 */
export function inline(scenario: Scenario, mounts: readonly string[] = []): Program {
  return guarded(new Inline(scenario, mounts));
}
