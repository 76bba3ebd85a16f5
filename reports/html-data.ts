import type { RunEvent, StartEvent } from './events.ts';
import type { PlanReport, MainLifeReport, ResultReport } from './schema/run.ts';
import type { CauseReport, StoryReport } from './schema/story.ts';

/**
 * What the HTML report holds, in two parts: the first screen of all runs, which is shown at once, and each run's
 * details, which are unpacked when somebody asks for them.
 */
export interface FirstScreen {
  readonly start: Pick<StartEvent, 'tool' | 'commit' | 'startedAt' | 'seed' | 'settings'>;
  /** Null if the events were cut off. */
  readonly end: {
    readonly verdict: 'converged' | 'counterexample' | 'unknown';
    readonly interrupted: boolean;
    readonly elapsedMs: number;
  } | null;
  /** What the reader must know of the report itself: that it is one shard, that its file was damaged. */
  readonly notes: readonly string[];
  readonly runs: readonly RunHead[];
}

/** One scenario under one model, without what is large. */
export interface RunHead {
  readonly scenario: string;
  readonly summary: string;
  readonly model: string;
  readonly plan: PlanReport;
  readonly knownToBreak: boolean;
  readonly reproduceWith: string;
  readonly phases: MainLifeReport['phases'];
  /** Ops of the main life that are syncs. */
  readonly syncs: readonly number[];
  /** Null if the run did not come to its end. */
  readonly result: Omit<ResultReport, 'restarts' | 'pointCoverage'> | null;
  readonly causes: readonly CauseHead[];
}

export type CauseHead = Omit<CauseReport, 'story' | 'vitest' | 'fastCheck'> &
  Pick<StoryReport, 'culprit' | 'rescue'> & {
    /** The scenario that tells the story: a simpler one, sometimes. */
    readonly toldBy: string;
    /** The crash point of each cut. */
    readonly cuts: readonly number[];
    /** What had been promised before the first cut, the last one last. */
    readonly promises: readonly { readonly what: string; readonly after: number }[];
  };

export interface RunDetails {
  readonly life: MainLifeReport | null;
  readonly causes: readonly CauseReport[];
  readonly pointCoverage: string;
  readonly restarts: readonly (number | null)[] | null;
  readonly graph: readonly GraphPart[];
}

/** The graph's columns, to be put together by `StateGraphModel` again. States have no keys: nobody merges pages. */
export type GraphPart = Extract<RunEvent, { type: 'states' | 'failures' | 'configurations' | 'lives' }>;
