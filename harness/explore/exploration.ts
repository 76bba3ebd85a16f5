import { meetsSomething, type Conditions } from './conditions.ts';
import type { Image } from '../disk/image/image.ts';
import type { PersistenceModel } from '../persistence/model.ts';
import type { Lanes } from '../disk/image/mix.ts';
import type { StateGraph } from './state-graph.ts';
import type { MainLife } from './main-life.ts';
import type { Verdict } from './outcome.ts';
import type { Acknowledgement, Scenario } from '../programs/scenario.ts';
import { underConditions, type Cut, type Schedule } from './schedule.ts';
import type { Uptime } from '../persistence/uptime.ts';
import type { Span } from './spans.ts';

/**
 * One state: a disk, and what had been promised when the power went. If the process was killed instead, the disk is what
 * the next life sees, and what else the machine is made of is in `uptime`. Where calls may fail, or
 * take effect in other orders, a life on the same disk under other conditions is a state of its own, too: an alternative
 * to the one in which less is different.
 */
export interface StateNode {
  /** In the order in which states were found, from 0. */
  readonly number: number;
  /** 128 bits of the disk and what had been promised: the same state has the same in every run. */
  readonly key: Lanes;
  /** Until it has been recovered; where there is none, it is made again: see `lives.ts`. */
  image: Image | undefined;
  readonly acknowledged: readonly Acknowledgement[];
  /** With `image`: since the machine was booted, if it has not just been, the disk then, and the lives that were killed. */
  uptime: Omit<Uptime, 'model'> | undefined;
  /** The smallest number of cuts and kills that lead here, of all ways with as many failing calls. */
  readonly depth: number;
  /** The life that begins here: a recovery, or an alternative to the main life. */
  readonly part: 'run' | 'recover';
  /** What its life meets; undefined if nothing. */
  readonly conditions: Conditions | undefined;
  /** Calls that fail on the way here and in its own life. */
  readonly failed: number;
  /** The state whose recovery was cut or killed, or to which this is an alternative; undefined if it was the main life. */
  readonly parent: StateNode | undefined;
  /** The op of the parent's life after which that was. */
  readonly at: number;
  /** The first cut, in order of exploration, of the parent's life that leads here; undefined for an alternative. */
  readonly cut: Cut | undefined;
  /** Ops of its uncut life. */
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
  /** Of the states, those that a kill leads to: machines that go on, with something pending. */
  killed: number;
  /** Of the states, those that are alternatives: lives in which one more call fails, or comes early. */
  alternatives: number;
  /** States whose recoveries were not cut, because the depth was reached or recovery never ends. */
  unexpanded: number;
  /** Disks that were taken for another state, because they differ only in a don't-care region. */
  masked: number;
  /** How many of these were recovered all the same, and ended like the state that they were taken for. */
  compared: number;
}

/** What an exploration has found: all states, how they lead to each other, and what became of them. */
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
    killed: 0,
    alternatives: 0,
    unexpanded: 0,
    masked: 0,
    compared: 0,
  };
}

/** The schedule of the story that first led to a state. */
export function scheduleTo(node: StateNode, scenario: string, model: string): Schedule {
  const cuts: Cut[] = [];
  for (let at: StateNode | undefined = node; at; at = at.parent) {
    if (at.cut) cuts.unshift(underConditions(at.cut, at.parent?.conditions));
  }
  return { scenario, model, cuts, ...(meetsSomething(node.conditions) ? { last: node.conditions } : {}) };
}
