import type { Image } from '../disk/image/image.ts';
import type { Facade } from '../disk/facade/facade.ts';
import { hashKey } from '../disk/image/hash-key.ts';
import type { PersistenceModel } from '../persistence/model.ts';
import type { LifeRecord } from '../programs/program.ts';
import type { Scenario } from '../programs/scenario.ts';
import { failedIn, metIn } from './conditions.ts';
import { parted } from './determinism.ts';
import { watched, type Regions } from './dont-care.ts';
import { undurable } from './durability.ts';
import type { StateNode } from './exploration.ts';
import { Judge, type Lived } from './judge.ts';
import { KnownLives } from './known-lives.ts';
import type { Start } from './lives.ts';
import type { MainLife } from './main-life.ts';
import { mayFail, type ExploreOptions } from './options.ts';
import type { Verdict } from './outcome.ts';
import type { Double } from './states.ts';
import { Scales } from './weight.ts';

/** Lives the lives that begin in states, and says what they came to. */
export class Recoveries {
  readonly #scenario: Scenario;
  readonly #model: PersistenceModel;
  readonly #options: ExploreOptions;
  readonly #judge: Judge;
  readonly #regions: Regions;
  readonly #known: KnownLives | undefined;

  constructor(
    scenario: Scenario,
    model: PersistenceModel,
    options: ExploreOptions,
    main: MainLife,
    regions: Regions,
  ) {
    this.#scenario = scenario;
    this.#model = model;
    this.#options = options;
    this.#judge = new Judge(scenario, main);
    this.#regions = regions;
    if (options.reuse ?? true) this.#known = new KnownLives(new Scales(main.life));
  }

  get recoveries(): number {
    return this.#judge.recoveries;
  }

  get checks(): number {
    return this.#judge.checks;
  }

  /**
   * The life that begins in a state, from its own disk or from one that was taken for it. It is not lived again where it is
   * known: nothing happens to it but what it finds, and nobody watches what it looks at.
   */
  async live(boot: Image, node: StateNode, wrap?: (fs: Facade) => Facade): Promise<LifeRecord> {
    const { part, conditions, failed } = node;
    const isPlain = part === 'recover' && !conditions && !wrap && !mayFail(this.#options, failed);
    const known = isPlain ? this.#known : undefined;
    const before = known?.on(boot);
    if (before) return before;
    const life = await this.#liveAnew(boot, node, wrap);
    known?.add(boot, life);
    return life;
  }

  async #liveAnew(boot: Image, node: StateNode, wrap?: (fs: Facade) => Facade): Promise<LifeRecord> {
    const met = metIn(this.#model, node.conditions, mayFail(this.#options, node.failed));
    if (node.part === 'recover') return await this.#judge.recover(boot, wrap, met);
    return await this.#judge.run(met);
  }

  /** A life and what it came to; unknown if it looked into a region that was said not to matter. */
  async judged(
    boot: Image,
    node: StateNode,
    acknowledged = node.acknowledged,
  ): Promise<{ life: LifeRecord; verdict: Verdict }> {
    const seen: string[] = [];
    const watch = this.#regions.length > 0;
    const life = await this.live(
      boot,
      node,
      watch ? (fs) => watched(fs, this.#regions, (what) => seen.push(what)) : undefined,
    );
    const verdict = await this.#judge.judge(life, acknowledged, livedIn(node));
    if (seen.length === 0 || verdict.outcome !== 'converged') return { life, verdict };
    return { life, verdict: voided(`recovery does look into it: ${seen[0]}`) };
  }

  /** The verdict on a recovery, unless the scenario asks for more: that no later cut can undo it. */
  durable({ machine }: Start, life: LifeRecord, { part }: StateNode, verdict: Verdict): Verdict {
    const asks = this.#scenario.durableRecovery && part === 'recover' && life.ending.type === 'ended';
    if (!asks || verdict.outcome !== 'converged') return verdict;
    const finding = undurable(this.#model, machine, life, this.#options);
    return finding ? { outcome: 'corrupt', findings: [finding] } : verdict;
  }

  /** The verdict after the same life has been lived, and its check been asked, once more. */
  async again(boot: Image, life: LifeRecord, node: StateNode): Promise<Verdict> {
    const where = parted(life, await this.#liveAnew(boot, node));
    if (where !== undefined) return { outcome: 'unknown', findings: [where] };
    const { verdict, acknowledged } = node;
    if (verdict?.outcome !== 'converged') return verdict!;
    const second = await this.#judge.askAgain(life, acknowledged, livedIn(node));
    return second.outcome === 'converged' ? verdict : second;
  }

  /** A disk that was taken for another must end like it: what is to be said of that state if it does not. */
  async double({ image, node, acknowledged }: Double): Promise<Verdict | undefined> {
    image.seal();
    const { life, verdict } = await this.judged(image, node, acknowledged);
    if (hashKey(life.image.hash) === node.final && verdict.outcome === node.verdict?.outcome)
      return undefined;
    return voided('two disks that differ only there end differently');
  }
}

/** What a life went through. */
function livedIn({ part, conditions, failed }: StateNode): Lived {
  return { part, own: failedIn(conditions), failed };
}

function voided(message: string): Verdict {
  return { outcome: 'unknown', findings: [{ invariant: "a don't-care region does not matter", message }] };
}
