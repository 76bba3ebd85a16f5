import { outcomeOfGlyph } from './glyphs.ts';
import type { OutcomeName } from './schema/basics.ts';
import type { EventOf } from './events.ts';

/** A step of a life: after op `at`, a cut may leave what the configuration leaves. */
export interface Step {
  readonly at: number;
  readonly configuration: number;
}

/** A state that a cut or a kill of some life leaves, and from which to which crash point of that life it does, both included. */
export interface Edge {
  readonly to: number;
  readonly from: number;
  readonly until: number;
}

/** The main life, where the number of a state stands for its recovery. */
export const MAIN_LIFE = -1;

/** One state, as a record. */
export interface StateRecord {
  readonly number: number;
  readonly key: string;
  /** Undefined if it was not recovered. */
  readonly outcome: OutcomeName | undefined;
  readonly glyph: string;
  readonly depth: number;
  /** It is a machine that goes on after a kill, and not a disk after a cut. */
  readonly killed: boolean;
  /** It is its parent's life lived again, in which the first call after op `cut` fails. */
  readonly branch: boolean;
  /** MAIN_LIFE, or the state whose recovery was cut or killed, on the shortest way here; and after which op. */
  readonly parent: number;
  readonly cut: number;
  /** Ops of its uncut recovery. */
  readonly recovery: number;
  /** It was recovered, and its recovery was not cut. */
  readonly leaf: boolean;
}

/** One way of a life, as the file holds it: its own steps, and then those of another life. */
export interface Way {
  readonly tailLife: number;
  readonly tailIndex: number;
  readonly shift: number;
  /** At, configuration, at, configuration ... */
  readonly steps: readonly number[];
}

/**
 * The graph of states, taken in event by event and kept in columns, so that 100,000 states take some megabytes. What
 * leads where is worked out when it is asked for.
 */
export class StateGraphModel {
  readonly keys: string[] = [];
  /** One glyph for each state. */
  outcomes = '';
  readonly depths: number[] = [];
  readonly parents: number[] = [];
  readonly cuts: number[] = [];
  readonly recoveries: number[] = [];
  /** By state: what it breaks. Only failing states are in it. */
  readonly findings: Map<number, EventOf<'failures'>['verdicts'][number]> = new Map();
  /** One character for each state: 1 if it was recovered and its recovery was not cut, else 0. */
  leaves = '';
  /** The states that a kill leads to. */
  readonly killed: Set<number> = new Set();
  /** By life, MAIN_LIFE or the number of a state: the states in which it is lived again and one more call fails. */
  readonly branches: Map<number, number[]> = new Map();
  /** Of each configuration: the one that it adds to, the states that it adds, as steps, and how it was covered. */
  readonly bases: number[] = [];
  readonly memberSteps: (readonly number[])[] = [];
  coverage = '';
  /** By configuration: the state that a kill leaves, where there is one. */
  readonly kills: Map<number, number> = new Map();
  /** By life, MAIN_LIFE or the number of a state. */
  readonly ways: Map<number, Way> = new Map();

  /** How many states there are. */
  get size(): number {
    return this.depths.length;
  }

  get configurations(): number {
    return this.bases.length;
  }

  addStates(event: EventOf<'states'>): void {
    for (let i = 0; i < (event.killed?.length ?? 0); i++) {
      if (event.killed![i] === '1') this.killed.add(this.size + i);
    }
    for (let i = 0; i < (event.branches?.length ?? 0); i++) {
      if (event.branches![i] !== '1') continue;
      const parent = event.parents[i]!;
      this.branches.set(parent, [...(this.branches.get(parent) ?? []), this.size + i]);
    }
    this.outcomes += event.outcomes;
    this.leaves += event.leaves;
    append(this.keys, event.keys);
    append(this.depths, event.depths);
    append(this.parents, event.parents);
    append(this.cuts, event.cuts);
    append(this.recoveries, event.recoveries);
  }

  addFailures({ verdicts, states, which }: EventOf<'failures'>): void {
    states.forEach((state, i) => this.findings.set(state, verdicts[which[i]!] ?? []));
  }

  addConfigurations({ bases, members, coverage, kills = [] }: EventOf<'configurations'>): void {
    for (const [i, state] of kills.entries()) if (state >= 0) this.kills.set(this.configurations + i, state);
    append(this.bases, bases);
    append(this.memberSteps, members);
    this.coverage += coverage;
  }

  addLives({ lives }: EventOf<'lives'>): void {
    for (const [life, tailLife, tailIndex, shift, ...steps] of lives) {
      this.ways.set(life! - 1, { tailLife: tailLife! - 1, tailIndex: tailIndex!, shift: shift!, steps });
    }
  }

  state(number: number): StateRecord {
    const glyph = this.outcomes[number] ?? ' ';
    return {
      number,
      key: this.keys[number]!,
      outcome: outcomeOfGlyph(glyph),
      glyph,
      depth: this.depths[number]!,
      killed: this.killed.has(number),
      branch: this.branches.get(this.parents[number]!)?.includes(number) ?? false,
      parent: this.parents[number]!,
      cut: this.cuts[number]!,
      recovery: this.recoveries[number]!,
      leaf: this.leaves[number] === '1',
    };
  }

  /** The number of the state with a key; -1 if there is none. */
  find(key: string): number {
    return this.keys.indexOf(key);
  }

  /** Whether a life's way is known: it was recovered, and its recovery was cut. */
  isExpanded(life: number): boolean {
    return this.ways.has(life);
  }

  /** The crash points of a life in order, with the configuration that holds at each; MAIN_LIFE for the main one. */
  steps(life: number): Step[] {
    const steps: Step[] = [];
    let way = this.ways.get(life);
    let skip = 0;
    let shift = 0;
    while (way) {
      const own = way.steps.length / 2;
      for (let i = skip; i < own; i++) {
        steps.push({ at: way.steps[2 * i]! + shift, configuration: way.steps[2 * i + 1]! });
      }
      if (way.tailLife < MAIN_LIFE) break;
      // The tail counts its own steps and those that it has from another life alike.
      skip = way.tailIndex + Math.max(0, skip - own);
      shift += way.shift;
      way = this.ways.get(way.tailLife);
    }
    return steps;
  }

  /** Whether every survival of a configuration was looked at. */
  isExhaustive(configuration: number): boolean {
    return this.coverage[configuration] === 'e';
  }

  /** The configuration that this one adds to; -1 if none. */
  base(configuration: number): number {
    return this.bases[configuration]!;
  }

  /** The states that a configuration adds to its base's. */
  members(configuration: number): number[] {
    let last = 0;
    return this.memberSteps[configuration]!.map((step) => (last += step));
  }

  /** All states that a cut may leave where a configuration holds. */
  statesOf(configuration: number): Set<number> {
    const states = new Set<number>();
    for (let at = configuration; at >= 0; at = this.base(at)) {
      for (const state of this.members(at)) states.add(state);
    }
    return states;
  }

  /** The state that a kill leaves where a configuration holds; undefined if it is none that a cut does not leave. */
  killedAt(configuration: number): number | undefined {
    return this.kills.get(configuration);
  }

  /** All states that a cut, or a kill, may leave where a configuration holds. */
  leavesOf(configuration: number): Set<number> {
    const states = this.statesOf(configuration);
    const killed = this.killedAt(configuration);
    return killed === undefined ? states : states.add(killed);
  }

  /**
   * The states that cuts and kills of a life lead to, in the order of the first crash point at which they do, and then
   * those in which one more of its calls fails.
   */
  edges(life: number): Edge[] {
    const open = new Map<number, { from: number; until: number }>();
    let before = -1;
    let known = new Set<number>();
    const reach = (state: number, at: number): void => {
      const edge = open.get(state);
      if (edge) edge.until = at;
      else open.set(state, { from: at, until: at });
    };
    for (const { at, configuration } of this.steps(life)) {
      if (configuration !== before) {
        if (this.base(configuration) === before && before >= 0) {
          for (const state of this.members(configuration)) known.add(state);
        } else known = this.statesOf(configuration);
      }
      before = configuration;
      for (const state of known) reach(state, at);
      const killed = this.killedAt(configuration);
      if (killed !== undefined) reach(killed, at);
    }
    for (const state of this.branches.get(life) ?? []) reach(state, this.cuts[state]!);
    return [...open].map(([to, edge]) => ({ to, ...edge }));
  }
}

/** `push(...more)` would overflow the stack with long lists. */
function append<T>(list: T[], more: readonly T[]): void {
  for (const each of more) list.push(each);
}
