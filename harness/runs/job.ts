import type { OwnPlan } from '../explore/catalogue.ts';
import type { LedgerOptions } from './syncs/options.ts';
import type { ExploreOptions } from '../explore/options.ts';

/** Where a scenario comes from: the command's own catalogue, or a module of the user's. */
export type ScenarioSource =
  | { readonly from: 'catalogue'; readonly name: string; readonly trees: readonly string[] }
  | { readonly from: 'file'; readonly name: string; readonly path: string };

/** What a plan can say as plain data, so that it can be sent to a worker. */
export type Plan = Pick<ExploreOptions, 'tier' | 't' | 'depth' | 'cap' | 'seed'> &
  Partial<
    Pick<
      ExploreOptions,
      | 'after'
      | 'at'
      | 'bail'
      | 'deaths'
      | 'evenly'
      | 'faults'
      | 'faultCount'
      | 'kills'
      | 'orders'
      | 'shard'
      | 'openMax'
      | 'statesMax'
      | 'recheck'
      | 'dontCare'
    >
  > &
  Pick<OwnPlan, 'accept'>;

/** One scenario under one model: the unit of work, which any thread can do. */
export interface Job {
  readonly source: ScenarioSource;
  /** The scenario in one sentence. */
  readonly summary: string;
  readonly model: string;
  readonly plan: Plan;
  /** What to put behind a token so that `repro` finds the scenario: ` --from ./my-scenarios.js`. */
  readonly reproduceWith: string;
  readonly knownToBreak: boolean;
  /** Asks which of its syncs are needed, besides. */
  readonly ledger?: LedgerOptions;
}

/** How far a job is. */
export interface JobProgress {
  readonly states: number;
  readonly verified: number;
  readonly generated: number;
}

/** What a job asks of whoever runs it. */
export interface JobHooks {
  /** Milliseconds since 1970. */
  now(): number;
  /** When its time is up. */
  readonly deadline: number;
  interrupted(): boolean;
  /** A life has come up that takes its thread with it: what comes after it may well do the same. */
  hasFatal?(): boolean;
  /** Lives of a program that is run for real that this job may live at the same time; one, if nothing is said. */
  readonly atOnce?: number;
  /** Told now and then how far the job is; awaited, so that the thread can attend to other things. */
  progress(progress: JobProgress): Promise<void>;
}
