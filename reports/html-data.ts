import { claimOf } from './claim.ts';
import { compareReports, type Change } from './compare.ts';
import { verdictLine } from './compare-text.ts';
import type { RunEvent, StartEvent } from './events.ts';
import type { ReportModel, RunModel } from './model.ts';
import { painter } from './paint.ts';
import { proofOf, type Proof } from './proof.ts';
import type { MainLifeReport, PlanReport, ResultReport } from './schema/run.ts';
import type { CauseReport, StoryReport } from './schema/story.ts';
import type { LedgerReport } from './schema/syncs.ts';
import type { StateGraphModel } from './state-graph.ts';

/**
 * What the HTML report holds, in two parts: the first screen of all runs, which is shown at once, and each run's
 * details, which are unpacked when somebody asks for them.
 */
export interface FirstScreen {
  readonly start: Pick<StartEvent, 'tool' | 'commit' | 'startedAt' | 'seed' | 'settings' | 'shard'>;
  readonly verdict: ReportModel['verdict'];
  readonly interrupted: boolean;
  readonly elapsedMs: number;
  /** Bytes; absent if it is not known. */
  readonly peakMemory?: number;
  readonly ended: boolean;
  readonly damage: readonly string[];
  readonly runs: readonly RunHead[];
  /** Distinct causes: which runs show each, and as the how-manieth of their own. */
  readonly causes: readonly (readonly { readonly run: number; readonly cause: number }[])[];
  /** The claim of all runs that pass, in one sentence; null if none does. */
  readonly proved: string | null;
  /** What changed since another report; null if none was given. */
  readonly since: Since | null;
}

/** What changed from a base to this report. */
export interface Since {
  readonly base: Pick<StartEvent, 'commit' | 'startedAt'>;
  /** The news in a line. */
  readonly verdict: string;
  readonly moved: readonly { readonly run: number; readonly changes: readonly Change[] }[];
  /** Runs, as `scenario under model`, that only this one has, and that only the base has. */
  readonly added: readonly string[];
  readonly gone: readonly string[];
  readonly notes: readonly string[];
}

/** One scenario under one model, without what is large. */
export interface RunHead extends Omit<ResultReport, 'restarts' | 'pointCoverage'> {
  readonly scenario: string;
  readonly summary: string;
  readonly model: string;
  readonly plan: PlanReport;
  readonly knownToBreak: boolean;
  /** What follows a line that reproduces, such as ` --from ./my-scenarios.js`. */
  readonly reproduceWith: string;
  readonly phases: MainLifeReport['phases'];
  /** Ops of the main life that are syncs. */
  readonly syncs: readonly number[];
  readonly causes: readonly CauseHead[];
  /** Whether its details hold a ledger of its syncs. */
  readonly hasLedger: boolean;
  /** What it has shown, if it passes. */
  readonly proof: Proof | null;
}

export interface CauseHead extends Pick<
  CauseReport,
  'outcome' | 'invariant' | 'message' | 'failures' | 'reproduce'
> {
  readonly culprit: StoryReport['culprit'];
  readonly rescue: StoryReport['rescue'];
  readonly remedy?: StoryReport['remedy'];
  readonly failed?: StoryReport['failed'];
  readonly early?: StoryReport['early'];
  readonly unawaited?: StoryReport['unawaited'];
  readonly uncut?: StoryReport['uncut'];
  /** The scenario that tells the story: a simpler one, sometimes. */
  readonly toldBy: string;
  /** The crash point of each cut and kill. */
  readonly cuts: readonly number[];
  /** Which of these are kills. */
  readonly killed: readonly boolean[];
  /** The last promise before the first cut. */
  readonly promise: { readonly what: string; readonly after: number } | null;
}

export interface RunDetails {
  readonly life: MainLifeReport | null;
  readonly causes: readonly CauseReport[];
  readonly pointCoverage: string;
  readonly restarts: ResultReport['restarts'];
  readonly ledger: LedgerReport | null;
  readonly graph: GraphColumns;
}

type Columns<T extends RunEvent['type']> = Omit<Extract<RunEvent, { type: T }>, 'type' | 'run' | 'first'>;

/** What `StateGraphModel` is made of again. States have no keys: nobody merges pages. */
export interface GraphColumns {
  readonly states: Omit<Columns<'states'>, 'keys'>;
  readonly failures: Columns<'failures'>;
  readonly configurations: Columns<'configurations'>;
  readonly lives: Columns<'lives'>['lives'];
}

/** @param base the report to compare with, if there is one */
export function firstScreen(model: ReportModel, base?: ReportModel): FirstScreen {
  const { verdict, interrupted, elapsedMs, peakMemory, ended, damage, runs } = model;
  const { tool, commit, startedAt, seed, settings, shard } = model.start;
  return {
    start: { tool, commit, startedAt, seed, settings, shard },
    verdict,
    interrupted,
    elapsedMs,
    ...(peakMemory === undefined ? {} : { peakMemory }),
    ended,
    damage,
    runs: runs.map((run) => runHead(run, shard)),
    causes: model.causes.map(({ found }) =>
      found.map(({ run, cause }) => ({ run: runs.indexOf(run), cause: run.causes.indexOf(cause) })),
    ),
    proved: provedBy(model),
    since: base ? sinceOf(base, model) : null,
  };
}

function provedBy({ runs, start }: ReportModel): string | null {
  const passing = runs.filter((run) => run.verdict === 'converged' && run.counts !== null);
  return passing.length === 0 ? null : claimOf(passing, start.shard);
}

function sinceOf(base: ReportModel, model: ReportModel): Since {
  const comparison = compareReports(base, model);
  const { moved, added, gone, notes } = comparison;
  const { commit, startedAt } = base.start;
  return {
    base: { commit, startedAt },
    verdict: verdictLine(comparison, painter(false)),
    moved: moved.map(({ run, changes }) => ({ run: model.runs.indexOf(run), changes })),
    added,
    gone,
    notes,
  };
}

function runHead(run: RunModel, shard: StartEvent['shard']): RunHead {
  const { graph: _, life: __, restarts: ___, pointCoverage: ____, causes, ledger, ...head } = run;
  return {
    ...head,
    causes: causes.map(causeHead),
    hasLedger: ledger !== null,
    proof: proofOf(run, shard),
  };
}

function causeHead({ outcome, invariant, message, failures, reproduce, story }: CauseReport): CauseHead {
  return {
    outcome,
    invariant,
    message,
    failures,
    reproduce,
    culprit: story.culprit,
    rescue: story.rescue,
    ...(story.remedy ? { remedy: story.remedy } : {}),
    ...(story.failed ? { failed: story.failed } : {}),
    ...(story.early ? { early: story.early } : {}),
    ...(story.unawaited ? { unawaited: story.unawaited } : {}),
    ...(story.uncut ? { uncut: story.uncut } : {}),
    toldBy: story.scenario,
    cuts: story.lives.map((life) => life.at),
    killed: story.lives.map((life) => life.killed ?? false),
    promise: story.lives.flatMap((life) => life.acknowledged).at(-1) ?? null,
  };
}

export function runDetails({ life, causes, pointCoverage, restarts, ledger, graph }: RunModel): RunDetails {
  return { life, causes, pointCoverage, restarts, ledger, graph: graphColumns(graph) };
}

function graphColumns(graph: StateGraphModel): GraphColumns {
  const { outcomes, depths, parents, cuts, recoveries, leaves, bases, memberSteps, coverage } = graph;
  const findings = [...graph.findings];
  const verdicts = [...new Map(findings.map(([, each]) => [JSON.stringify(each), each])).values()];
  const numbers = new Map(verdicts.map((each, i) => [JSON.stringify(each), i]));
  return {
    states: {
      outcomes,
      depths,
      parents,
      cuts,
      recoveries,
      leaves,
      ...killedColumn(graph),
      ...branchColumn(graph),
    },
    failures: {
      verdicts,
      states: findings.map(([state]) => state),
      which: findings.map(([, each]) => numbers.get(JSON.stringify(each))!),
    },
    configurations: {
      bases,
      members: memberSteps.map((steps) => [...steps]),
      coverage,
      ...(graph.kills.size > 0 ? { kills: bases.map((_, i) => graph.killedAt(i) ?? -1) } : {}),
    },
    lives: [...graph.ways].map(([life, way]) => [
      life + 1,
      way.tailLife + 1,
      way.tailIndex,
      way.shift,
      ...way.steps,
    ]),
  };
}

function branchColumn({ branches, size }: StateGraphModel): { branches?: string } {
  if (branches.size === 0) return {};
  const marked = new Set([...branches.values()].flat());
  return { branches: Array.from({ length: size }, (_, state) => (marked.has(state) ? '1' : '0')).join('') };
}

function killedColumn({ killed, size }: StateGraphModel): { killed?: string } {
  if (killed.size === 0) return {};
  return { killed: Array.from({ length: size }, (_, state) => (killed.has(state) ? '1' : '0')).join('') };
}
