import type { EventOf, RunEvent } from './events.ts';

/**
 * What the schema can't say: whether an event fits those before it. A graph whose parts point where nothing is, or in
 * circles, would break whoever follows them.
 */
export class EventChecker {
  #started = false;
  #ended = false;
  readonly #runs = new Map<number, OpenRun>();

  /** @returns what is wrong; undefined if the event fits, and is taken in */
  check(event: RunEvent): string | undefined {
    if (event.type === 'start') {
      if (this.#started) return 'a second start';
      this.#started = true;
      return undefined;
    }
    if (!this.#started) return 'it comes before the start';
    if (this.#ended) return 'it comes after the end';
    if (event.type === 'end') this.#ended = true;
    if (event.type === 'end' || event.type === 'damage') return undefined;
    if (event.type === 'run') {
      if (this.#runs.has(event.run)) return `run ${event.run} begins twice`;
      this.#runs.set(event.run, new OpenRun());
      return undefined;
    }
    const run = this.#runs.get(event.run);
    return run ? run.check(event) : `run ${event.run} has not begun`;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Runs that have begun and not ended. */
  open(): readonly number[] {
    return [...this.#runs].filter(([, run]) => !run.ended).map(([number]) => number);
  }
}

type RunPart = Exclude<RunEvent, { type: 'start' | 'end' | 'run' | 'damage' }>;

class OpenRun {
  ended = false;
  #ops: number | undefined;
  #states = 0;
  #configurations = 0;
  /** By life: how many steps it has, those of its tail included. */
  readonly #steps = new Map<number, number>();

  check(event: RunPart): string | undefined {
    if (this.ended) return `run ${event.run} has ended before`;
    const wrong = this.#wrong(event);
    if (wrong === undefined) this.#take(event);
    return wrong;
  }

  #wrong(event: RunPart): string | undefined {
    switch (event.type) {
      case 'life':
        return this.#ops === undefined ? undefined : 'a second main life';
      case 'states':
        return this.#wrongStates(event);
      case 'failures':
        return this.#wrongFailures(event);
      case 'configurations':
        return this.#wrongConfigurations(event);
      case 'lives':
        return this.#wrongLives(event);
      case 'cause':
        return this.#isState(event.state) ? undefined : `there is no state ${event.state}`;
      case 'ledger':
        return this.#wrongLedger(event);
      default:
        return this.#wrongEnd(event);
    }
  }

  #take(event: RunPart): void {
    if (event.type === 'life') this.#ops = event.ops.length;
    if (event.type === 'states') this.#states += event.keys.length;
    if (event.type === 'configurations') this.#configurations += event.bases.length;
    if (event.type === 'run-end') this.ended = true;
  }

  #isState(number: number): boolean {
    return number < this.#states;
  }

  #wrongStates(event: EventOf<'states'>): string | undefined {
    if (event.first !== this.#states) return `states from ${event.first} on, where ${this.#states} are known`;
    const {
      keys,
      outcomes,
      depths,
      parents,
      cuts,
      recoveries,
      leaves,
      killed = leaves,
      branches = leaves,
    } = event;
    if (unequal(keys, [outcomes, depths, parents, cuts, recoveries, leaves, killed, branches]))
      return 'its columns differ in length';
    const before = (parent: number, i: number): boolean => parent < event.first + i;
    return parents.every(before) ? undefined : 'a state comes before its parent';
  }

  #wrongFailures({ verdicts, states, which }: EventOf<'failures'>): string | undefined {
    if (unequal(states, [which])) return 'its columns differ in length';
    if (!states.every((state) => this.#isState(state))) return 'it names a state that there is not';
    return which.every((each) => each < verdicts.length) ? undefined : 'it names a verdict that there is not';
  }

  #wrongConfigurations(event: EventOf<'configurations'>): string | undefined {
    const { first, bases, members, coverage, kills = bases } = event;
    const known = this.#configurations;
    if (first !== known) return `configurations from ${first} on, where ${known} are known`;
    if (unequal(bases, [members, coverage, kills])) return 'its columns differ in length';
    if (!bases.every((base, i) => base < first + i)) return 'a configuration comes before its base';
    const within = members.every(
      (steps) => this.#isState(steps.reduce((sum, step) => sum + step, 0)) || steps.length === 0,
    );
    const killed = event.kills?.every((state) => state < 0 || this.#isState(state)) ?? true;
    return within && killed ? undefined : 'it names a state that there is not';
  }

  #wrongLives({ lives }: EventOf<'lives'>): string | undefined {
    for (const [life, tailLife, tailIndex, , ...steps] of lives) {
      if (life === undefined || tailLife === undefined || tailIndex === undefined || steps.length % 2 !== 0) {
        return 'a life is cut short';
      }
      if (life < 0 || life > this.#states || this.#steps.has(life))
        return `life ${life} comes twice, or is no state's`;
      const tail = tailLife < 0 ? 0 : (this.#steps.get(tailLife) ?? -1) - tailIndex;
      if (tail < 0 || (tailLife >= 0 && tail === 0)) return `life ${life} goes on as one that is not known`;
      const odd = steps.filter((_, i) => i % 2 === 1);
      if (odd.some((configuration) => configuration < 0 || configuration >= this.#configurations)) {
        return `life ${life} comes through a configuration that there is not`;
      }
      this.#steps.set(life, steps.length / 2 + tail);
    }
    return undefined;
  }

  #wrongLedger({ syncs, fewest }: EventOf<'ledger'>): string | undefined {
    const ids = new Set(syncs.map(({ id }) => id));
    if (ids.size !== syncs.length) return 'two of its syncs have one number';
    if (fewest?.ids.some((id) => !ids.has(id))) return 'it names a sync that there is not';
    const isOp = (op: number): boolean => op >= 1 && op <= (this.#ops ?? 0);
    return syncs.every(({ ops }) => ops.every(isOp)) ? undefined : 'it names an op that there is not';
  }

  #wrongEnd({ heat, pointCoverage, counts, restarts }: EventOf<'run-end'>): string | undefined {
    if (counts === null) return undefined;
    if (counts.states !== this.#states)
      return `it counts ${counts.states} states, and ${this.#states} are known`;
    const points = (this.#ops ?? 0) + 1;
    if (heat.length !== points || pointCoverage.length !== points)
      return `its map has not ${points} crash points`;
    if (restarts !== null && restarts.length !== this.#states)
      return 'its distances are not those of its states';
    return undefined;
  }
}

function unequal(
  first: { readonly length: number },
  others: readonly { readonly length: number }[],
): boolean {
  return others.some((other) => other.length !== first.length);
}
