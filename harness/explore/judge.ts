import type { Facade } from '../disk/facade/facade.ts';
import { hashKey } from '../disk/image/hash-key.ts';
import type { Image } from '../disk/image/image.ts';
import { EPOCH, runLife, withPromises, type LifeRecord } from './life.ts';
import { CONVERGED, describeError, worst, type Outcome, type Verdict } from './outcome.ts';
import type { Acknowledgement, Finding, Findings, Scenario } from './scenario.ts';

/** Calls to the disk in one recovery after which it counts as endless, unless the scenario says otherwise. */
export const CALLS_MAX = 1_000_000;

/** Runs recoveries and checks, each once for what it depends on, and keeps count. */
export class Judge {
  recoveries = 0;
  checks = 0;
  readonly #scenario: Scenario;
  readonly #verdicts = new Map<string, Verdict>();
  readonly #settled = new Map<string, Finding | undefined>();

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  /** A life that recovers from `image`, uncut. */
  async recover(image: Image, wrap?: (fs: Facade) => Facade): Promise<LifeRecord> {
    this.recoveries++;
    const { callsMax = CALLS_MAX } = this.#scenario;
    return await runLife(image, async (life) => await this.#scenario.recover?.(life), {
      callsMax,
      time: EPOCH,
      ...(wrap ? { wrap } : {}),
    });
  }

  /** What a recovery came to, given what had been acknowledged before it and what it acknowledged itself. */
  async judge(life: LifeRecord, before: readonly Acknowledgement[]): Promise<Verdict> {
    if (life.ending.type === 'threw') {
      return stuck('recovery ends', `recovery failed: ${describeError(life.ending.error)}`);
    }
    if (life.ending.type === 'never ended')
      return stuck('recovery ends', `recovery never ends: ${life.ending.why}`);
    const acknowledged = withPromises(before, life.acknowledged);
    const key = `${hashKey(life.image.hash)} ${JSON.stringify(acknowledged)}`;
    let verdict = this.#verdicts.get(key);
    if (!verdict) this.#verdicts.set(key, (verdict = await this.#check(life.image, acknowledged)));
    return verdict;
  }

  async #check(image: Image, acknowledged: readonly Acknowledgement[]): Promise<Verdict> {
    this.checks++;
    const result: { findings?: Findings } = {};
    const body = async (disk: Parameters<Scenario['run']>[0]): Promise<void> => {
      result.findings = await this.#scenario.check(disk, acknowledged);
    };
    const { callsMax = CALLS_MAX } = this.#scenario;
    const life = await runLife(image, body, { callsMax, time: EPOCH });
    if (life.ending.type !== 'ended') {
      const why = life.ending.type === 'threw' ? describeError(life.ending.error) : life.ending.why;
      return {
        outcome: 'unknown',
        findings: [{ invariant: 'the check can tell', message: `check failed: ${why}` }],
      };
    }
    const findings = listed(result.findings);
    if (findings.length > 0) return { outcome: worst(findings.map(outcomeOf)), findings };
    const unsettled = await this.#settles(image);
    return unsettled ? { outcome: 'livelock', findings: [unsettled] } : CONVERGED;
  }

  /** Convergence: a further recovery changes nothing. */
  async #settles(image: Image): Promise<Finding | undefined> {
    const key = hashKey(image.hash);
    if (this.#settled.has(key)) return this.#settled.get(key);
    const again = await this.recover(image);
    let finding: Finding | undefined;
    if (again.ending.type !== 'ended') {
      finding = { invariant: SETTLES, message: 'the recovery after a finished recovery does not end' };
    } else if (hashKey(again.image.hash) !== key) {
      const op = again.ops.find((each) => each.changes.length > 0);
      const what = op ? `, beginning with ${op.kind} ${op.path}` : '';
      finding = {
        invariant: SETTLES,
        message: `the recovery after a finished recovery changes the disk again${what}`,
      };
    }
    this.#settled.set(key, finding);
    return finding;
  }
}

const SETTLES = 'a further recovery changes nothing';

function stuck(invariant: string, message: string): Verdict {
  return { outcome: 'stuck', findings: [{ invariant, message }] };
}

function outcomeOf(finding: Finding): Outcome {
  return finding.kind ?? 'corrupt';
}

function listed(findings: Findings): readonly Finding[] {
  if (!findings) return [];
  return 'invariant' in findings ? [findings] : findings;
}
