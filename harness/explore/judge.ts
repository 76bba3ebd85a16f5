import type { Facade } from '../disk/facade/facade.ts';
import { hashKey } from '../disk/image/hash-key.ts';
import type { Image } from '../disk/image/image.ts';
import { hashText, type Lanes } from '../disk/image/mix.ts';
import { pairLanes } from '../disk/image/node.ts';
import { CantTell } from '../programs/cant-tell.ts';
import { inline } from '../programs/inline.ts';
import { withPromises } from '../programs/life.ts';
import type { LifeRecord, LifeRequest, Program } from '../programs/program.ts';
import { real } from '../programs/real.ts';
import type { Acknowledgement, Finding, Scenario } from '../programs/scenario.ts';
import { afterwards } from '../programs/times.ts';
import { liveTraced } from '../programs/traced.ts';
import { parted, unsteady } from './determinism.ts';
import { failedAssertion } from './assertions.ts';
import { COULD_NOT_TELL, couldNotTell } from './could-not-tell.ts';
import { findingsOf, isFinding, thrown } from './findings.ts';
import type { MainLife } from './main-life.ts';
import { CONVERGED, worst, type Outcome, type Verdict } from './outcome.ts';
import { Verdicts } from './verdicts.ts';

/** How often a check that finds something is asked again: a coin would have to fall the same way each time. */
const ASKED_AGAIN = 3;

/** What the life that is judged, and those before it, went through. */
export interface Lived {
  readonly part: 'run' | 'recover';
  /** Calls that failed in it. */
  readonly own: number;
  /** Calls that failed in all lives of the story, this one included. */
  readonly failed: number;
}

/** What a life is told of what it meets. */
export type Met = Pick<LifeRequest, 'faults' | 'order'>;

/** The same, and what is to be noted of it. */
type Asked = Met & Pick<LifeRequest, 'placed' | 'stopped'>;

const UNHARMED: Lived = { part: 'recover', own: 0, failed: 0 };

/** Runs recoveries and checks, each once for what it depends on, and keeps count. */
export class Judge {
  recoveries = 0;
  checks = 0;
  readonly #scenario: Scenario;
  readonly #program: Program;
  readonly #main: MainLife;
  /** When recoveries begin, in milliseconds since 1970: after the main life. */
  readonly #time: number;
  readonly #verdicts = new Verdicts();
  readonly #asked = new Verdicts();
  readonly #settled = new Verdicts();

  constructor(scenario: Scenario, main: MainLife) {
    this.#scenario = scenario;
    this.#program = inline(scenario, main.mounts);
    this.#main = main;
    this.#time = afterwards(main.life.time);
  }

  /** A life that recovers from `image`, uncut. */
  async recover(image: Image, wrap?: (fs: Facade) => Facade, met: Asked = {}): Promise<LifeRecord> {
    this.recoveries++;
    return await this.#live({
      part: 'recover',
      boot: image,
      time: this.#time,
      ...(wrap ? { wrap } : {}),
      ...met,
    });
  }

  /** The main life once more, in which calls fail, or take effect in another order. */
  async run(met: Asked): Promise<LifeRecord> {
    const { boot, time } = this.#main;
    return await this.#live({ part: 'run', boot, time, ...met });
  }

  /** A life that stops because a call failed may do so: nobody asks where. One that somebody stands in is lived once. */
  async #live(request: LifeRequest): Promise<LifeRecord> {
    const fails = (request.faults?.faults.length ?? 0) > 0;
    const isOnce = fails || request.stopped !== undefined;
    return await (isOnce ? this.#program.live(request) : liveTraced(this.#program, request));
  }

  /**
   * What a recovery came to, given what had been acknowledged before it and what it acknowledged itself. A program may
   * stop when a call fails, and leave to its next life what it can't do now: then that one is judged.
   */
  async judge(
    life: LifeRecord,
    before: readonly Acknowledgement[],
    lived: Lived = UNHARMED,
  ): Promise<Verdict> {
    const { ending } = life;
    const { part, own, failed } = lived;
    if (ending.type === 'never ended') {
      const [invariant, what] = part === 'run' ? [RUN_ENDS, 'run'] : [ENDS, 'recovery'];
      return { outcome: 'stuck', findings: [{ invariant, message: `${what} never ends: ${ending.why}` }] };
    }
    if (isUntold(life)) return untold(life);
    if (isForTheNext(life, lived)) return CONVERGED;
    if (ending.type === 'threw') {
      const [invariant, what] = part === 'run' ? [RUN_ENDS, 'run failed'] : [ENDS, 'recovery failed'];
      return { outcome: 'stuck', findings: [thrown(invariant, what, ending.error)] };
    }
    const acknowledged = withPromises(before, life.acknowledged);
    const key = keyOf(life, `${failed} ${own > 0}`, acknowledged);
    let verdict = this.#verdicts.get(key);
    if (!verdict) this.#verdicts.set(key, (verdict = await this.#check(life, acknowledged, lived)));
    return verdict;
  }

  /** What is wrong if a check that has found nothing is asked again, once: nothing, unless it is up to chance. */
  async askAgain(
    life: LifeRecord,
    before: readonly Acknowledgement[],
    lived: Lived = UNHARMED,
  ): Promise<Verdict> {
    const { failed } = lived;
    if (isForTheNext(life, lived)) return CONVERGED;
    const acknowledged = withPromises(before, life.acknowledged);
    const key = keyOf(life, String(failed), acknowledged);
    if (this.#asked.get(key)) return CONVERGED;
    this.#asked.set(key, CONVERGED);
    const { outcome } = await this.#ask(life, acknowledged, failed);
    return outcome === 'converged'
      ? CONVERGED
      : { outcome: 'unknown', findings: [unsteady('check', 'a pass', outcome)] };
  }

  async #check(
    life: LifeRecord,
    acknowledged: readonly Acknowledgement[],
    { own, failed }: Lived,
  ): Promise<Verdict> {
    this.checks++;
    const verdict = await this.#ask(life, acknowledged, failed);
    // What it was kept from doing is the next recovery's to do.
    if (verdict.outcome === 'converged') return own > 0 ? CONVERGED : await this.#settles(life.image);
    const first = textOf(verdict);
    for (let i = 0; i < ASKED_AGAIN; i++) {
      await real.pause();
      const other = textOf(await this.#ask(life, acknowledged, failed));
      if (other !== first) return { outcome: 'unknown', findings: [unsteady('check', first, other)] };
    }
    return verdict;
  }

  /** What the check says, once. */
  async #ask(
    { image, time }: LifeRecord,
    acknowledged: readonly Acknowledgement[],
    failed: number,
  ): Promise<Verdict> {
    const begin = Math.max(time, afterwards(this.#time));
    const { ending, findings: returned } = await liveTraced(this.#program, {
      part: 'check',
      boot: image,
      time: begin,
      acknowledged,
      endured: { failed },
    });
    if (ending.type === 'threw') {
      const { error } = ending;
      if (isFinding(error)) return { outcome: outcomeOf(error), findings: [error] };
      const assertion = failedAssertion(error);
      if (assertion) return { outcome: 'corrupt', findings: [assertion] };
      return { outcome: 'unknown', findings: [couldNotTell(error, image)] };
    }
    if (ending.type === 'never ended') {
      return {
        outcome: 'unknown',
        findings: [{ invariant: COULD_NOT_TELL, message: `check never ends: ${ending.why}` }],
      };
    }
    const findings = findingsOf(returned, this.#scenario.name);
    return findings.length === 0 ? CONVERGED : { outcome: worst(findings.map(outcomeOf)), findings };
  }

  /** Convergence: a further recovery changes nothing. */
  async #settles(image: Image): Promise<Verdict> {
    let verdict = this.#settled.get(image.hash);
    if (!verdict) {
      verdict = await this.#recoverAgain(image, hashKey(image.hash));
      this.#settled.set(image.hash, verdict);
    }
    return verdict;
  }

  async #recoverAgain(image: Image, key: string): Promise<Verdict> {
    const again = await this.recover(image);
    if (isUntold(again)) return untold(again);
    const ends = again.ending.type === 'ended';
    if (ends && hashKey(again.image.hash) === key) return CONVERGED;
    await real.pause();
    const difference = parted(again, await this.recover(image));
    if (difference) return { outcome: 'unknown', findings: [difference] };
    const op = again.ops.find((each) => each.changes.length > 0);
    const what = op ? `, beginning with ${op.kind} ${op.path}` : '';
    const message = ends
      ? `the recovery after a finished recovery changes the disk again${what}`
      : 'the recovery after a finished recovery does not end';
    return { outcome: 'livelock', findings: [{ invariant: SETTLES, message }] };
  }
}

/** A life of which nothing is known, since its program could not be followed. */
function isUntold(life: LifeRecord): life is LifeRecord & { ending: { type: 'threw'; error: CantTell } } {
  return life.ending.type === 'threw' && life.ending.error instanceof CantTell;
}

function untold({ ending }: LifeRecord & { ending: { error: CantTell } }): Verdict {
  return { outcome: 'unknown', findings: [{ invariant: CAN_FOLLOW, message: ending.error.message }] };
}

const ENDS = 'recovery ends';
const CAN_FOLLOW = 'the program can be followed';
/** Whether nothing is to be said of a life, as it is the next one that has to put things right. */
function isForTheNext({ ending }: LifeRecord, { part, own }: Lived): boolean {
  return ending.type === 'threw' ? own > 0 : part === 'run';
}

const RUN_ENDS = 'the main life ends';
const SETTLES = 'a further recovery changes nothing';

/** What a verdict on a life depends on: its disk, what had been promised, and what else there is. */
function keyOf({ image }: LifeRecord, besides: string, acknowledged: readonly Acknowledgement[]): Lanes {
  return pairLanes(image.hash, hashText(`${besides} ${JSON.stringify(acknowledged)}`));
}

function textOf({ outcome, findings }: Verdict): string {
  return [
    outcome,
    ...findings.map(({ invariant, message, difference = '' }) => `${invariant}: ${message}${difference}`),
  ].join('; ');
}

function outcomeOf(finding: Finding): Outcome {
  return finding.kind ?? 'corrupt';
}
