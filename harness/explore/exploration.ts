import type { Image } from '../disk/image/image.ts';
import type { PersistenceModel } from '../persistence/model.ts';
import type { Lanes } from '../disk/image/mix.ts';
import type { StateGraph } from './state-graph.ts';
import type { MainLife } from './main-life.ts';
import type { Verdict } from './outcome.ts';
import type { Acknowledgement, Scenario } from './scenario.ts';
import type { Cut, Schedule } from './schedule.ts';
import type { Span } from './spans.ts';

/** One crash state: a disk, and what had been promised when the power went. */
export interface StateNode {
  /** In the order in which states were found, from 0. */
  readonly number: number;
  /** 128 bits of the disk and what had been promised: the same state has the same in every run. */
  readonly key: Lanes;
  /** Until it has been recovered. */
  image: Image | undefined;
  readonly acknowledged: readonly Acknowledgement[];
  /** The smallest number of cuts that lead here. */
  readonly depth: number;
  /** The state whose recovery was cut; undefined if it was the main life. */
  readonly parent: StateNode | undefined;
  /** The first cut, in order of exploration, of the parent's life that leads here. */
  readonly cut: Cut;
  /** Ops of its uncut recovery. */
  recoveryOps: number;
  /** The disk after its recovery; only kept where disks are taken for one another. */
  final?: string;
  /** Undefined until it has been recovered and checked. */
  verdict: Verdict | undefined;
}

/** What an exploration counted. Everything is exact; `report.json` holds it as it is. */
export interface Counts {
  /** Ops of the main life: its crash points are 0 to this. */
  mainOps: number;
  /** Crash states that were generated, the same one as often as it came up. */
  generated: number;
  /** Distinct crash states: disk and acknowledgements. */
  states: number;
  disks: number;
  /** States that were recovered and checked. */
  verified: number;
  recoveries: number;
  recoveryOps: number;
  checks: number;
  /** The largest number of cuts in a row. */
  depth: number;
  /** Crash points, of all lives, at which every survival was generated. */
  exhaustive: number;
  /** Crash points at which only bounded or sampled survivals were. */
  bounded: number;
  /** States whose recoveries were not cut, because the depth was reached or recovery never ends. */
  unexpanded: number;
  /** Disks that were taken for another state, because they differ only in a don't-care region. */
  masked: number;
  /** How many of these were recovered all the same, and ended like the state that they were taken for. */
  compared: number;
}

export interface Exploration {
  readonly scenario: Scenario;
  readonly model: PersistenceModel;
  readonly main: MainLife;
  readonly nodes: readonly StateNode[];
  readonly failures: readonly StateNode[];
  /** Which states lead to which, as far as the exploration went. */
  readonly graph: StateGraph;
  /** When the states of the main life are possible. Crash points that were not asked for have no known states. */
  readonly spans: readonly Span[];
  readonly counts: Counts;
  /** No new state appeared: these are all that any number of cuts can reach. */
  readonly closed: boolean;
  /** Why it ended before it was through. */
  readonly stopped: 'bail' | 'states' | 'time' | 'interrupted' | undefined;
}

export function emptyCounts(): Counts {
  return {
    mainOps: 0,
    generated: 0,
    states: 0,
    disks: 0,
    verified: 0,
    recoveries: 0,
    recoveryOps: 0,
    checks: 0,
    depth: 0,
    exhaustive: 0,
    bounded: 0,
    unexpanded: 0,
    masked: 0,
    compared: 0,
  };
}

/** The schedule of the story that first led to a state. */
export function scheduleTo(node: StateNode, scenario: string, model: string): Schedule {
  const cuts: Cut[] = [];
  for (let at: StateNode | undefined = node; at; at = at.parent) cuts.unshift(at.cut);
  return { scenario, model, cuts };
}
