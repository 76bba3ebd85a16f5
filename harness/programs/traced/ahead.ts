import { hashKey } from '../../disk/image/hash-key.ts';
import type { Image } from '../../disk/image/image.ts';
import type { Life as Recorded } from '../../trace/record.ts';
import type { Foreseen } from '../foresight.ts';
import { withPromises } from '../life.ts';
import { real } from '../real.ts';
import type { Acknowledgement, Findings } from '../scenario.ts';
import type { Slot } from './commands.ts';
import type { Crew } from './crew.ts';

/** What is run for real, and what of it is known without. */
export interface Work {
  /** Undefined if there is no recovery. */
  readonly record: ((slot: Slot, boot: Image, until?: AbortSignal) => Promise<Recorded>) | undefined;
  readonly check: (
    slot: Slot,
    image: Image,
    acknowledged: readonly Acknowledgement[],
    until?: AbortSignal,
  ) => Promise<Findings>;
  /** The life that a disk leads to, if nothing need be run for it. */
  readonly known: (boot: Image) => Recorded | undefined;
  /** What a life leaves behind; undefined if it does not end well. */
  readonly after: (
    life: Recorded,
    boot: Image,
  ) => { readonly image: Image; readonly acknowledged: readonly Acknowledgement[] } | undefined;
}

/**
 * Recoveries and checks, some of which are run before anybody has asked for them, several at the same time. Whoever asks
 * does so in the order of an exploration that runs one after the other, and gets what he would have got: what nobody asks
 * for is thrown away, since it turned out to be known, and so is what speaks against the program. That is run again, with
 * nothing beside it, before it is believed.
 */
export class Ahead {
  readonly #crew: Crew;
  readonly #work: Work;
  #queue: Foreseen[] = [];
  /** By what was run: what came of it, or nothing that is to be believed. */
  #begun = new Map<string, Promise<unknown>>();
  /** Checks that have been asked for: verdicts are kept elsewhere. */
  readonly #asked = new Set<string>();
  #over = new AbortController();
  readonly #waiting: (() => void)[] = [];

  constructor(crew: Crew, work: Work) {
    this.#crew = crew;
    this.#work = work;
    crew.onFree = () => this.#goOn();
  }

  /** The states that come next, in their order. */
  foresee(states: readonly Foreseen[], atOnce: number): void {
    this.#queue = [...states];
    this.#begun.clear();
    for (const resolve of this.#waiting.splice(0)) resolve();
    if (states.length > 1) this.#crew.grow(atOnce);
    this.#goOn();
  }

  /** Ends what nobody will ask for. */
  callOff(): void {
    this.#queue = [];
    this.#begun.clear();
    for (const resolve of this.#waiting.splice(0)) resolve();
    this.#over.abort();
    this.#over = new AbortController();
  }

  async recorded(boot: Image): Promise<Recorded> {
    const life = await this.#taken<Recorded>(recoveryOf(boot));
    return life ?? (await this.#crew.quietly(async (slot) => await this.#work.record!(slot, boot)));
  }

  async findings(image: Image, acknowledged: readonly Acknowledgement[]): Promise<Findings> {
    const key = checkOf(image, acknowledged);
    this.#asked.add(key);
    const passed = await this.#taken<'passed'>(key);
    if (passed) return undefined;
    return await this.#crew.quietly(async (slot) => await this.#work.check(slot, image, acknowledged));
  }

  /** Each is good for one who asks. */
  async #taken<T>(key: string): Promise<T | undefined> {
    // All folders may be busy with what nobody needs any more.
    if (!this.#begun.has(key) && this.#isNext(key)) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      await new Promise<void>((resolve) => real.turn(resolve));
    }
    const begun = this.#begun.get(key);
    this.#begun.set(key, NOTHING);
    return (await begun) as T | undefined;
  }

  /** Whether the first of those that wait will begin with this. */
  #isNext(key: string): boolean {
    const [next] = this.#queue;
    if (!next || this.#crew.size === 1) return false;
    const { record, known, after } = this.#work;
    const { boot, acknowledged } = next;
    if (!record) return key === checkOf(boot, acknowledged);
    if (key === recoveryOf(boot)) return true;
    const life = known(boot);
    const left = life && after(life, boot);
    return left !== undefined && key === checkOf(left.image, allOf(acknowledged, left.acknowledged));
  }

  #goOn(): void {
    while (this.#queue.length > 0) {
      const slot = this.#crew.take();
      if (!slot) return;
      for (const resolve of this.#waiting.splice(0)) resolve();
      const state = this.#queue.shift()!;
      void this.#through(state, slot, this.#over.signal).finally(() => this.#crew.giveBack(slot));
    }
  }

  /** All that an exploration will ask of a state, as far as it goes well. */
  async #through({ boot, acknowledged }: Foreseen, slot: Slot, until: AbortSignal): Promise<void> {
    const { record, check, known } = this.#work;
    const recovered = async (disk: Image): Promise<Recorded | undefined> =>
      known(disk) ??
      (await this.#begin(recoveryOf(disk), async () => good(await record!(slot, disk, until))));
    let [image, promised] = [boot, acknowledged];
    if (record) {
      const life = await recovered(boot);
      const after = life && this.#work.after(life, boot);
      if (!after) return;
      image = after.image;
      promised = allOf(acknowledged, after.acknowledged);
    }
    const key = checkOf(image, promised);
    if (this.#asked.has(key)) return;
    const passed = await this.#begin(key, async () =>
      isNothing(await check(slot, image, promised, until)) ? PASSED : undefined,
    );
    if (passed && record) await recovered(image);
  }

  async #begin<T>(key: string, work: () => Promise<T | undefined>): Promise<T | undefined> {
    if (this.#begun.has(key)) return undefined;
    const begun = work().catch(() => undefined);
    this.#begun.set(key, begun);
    return await begun;
  }
}

function allOf(
  before: readonly Acknowledgement[],
  later: readonly Acknowledgement[],
): readonly Acknowledgement[] {
  return withPromises(
    before,
    later.map((value) => ({ after: 0, value })),
  );
}

const NOTHING = Promise.resolve(undefined);
const PASSED = 'passed';

function recoveryOf(boot: Image): string {
  return `recover ${hashKey(boot.hash)}`;
}

function checkOf(image: Image, acknowledged: readonly Acknowledgement[]): string {
  return `check ${hashKey(image.hash)} ${JSON.stringify(acknowledged)}`;
}

function good(life: Recorded): Recorded | undefined {
  const { code, late } = life.ended;
  return code === 0 && !late ? life : undefined;
}

function isNothing(findings: Findings): boolean {
  return findings === undefined || (Array.isArray(findings) && findings.length === 0);
}
