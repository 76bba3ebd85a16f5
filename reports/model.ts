import type { EventOf, RunEvent, StartEvent } from './events.ts';
import type { OutcomeName, VerdictName } from './schema/basics.ts';
import type { MainLifeReport, PlanReport, ResultReport } from './schema/run.ts';
import type { CauseReport } from './schema/story.ts';
import type { LedgerReport } from './schema/syncs.ts';
import { causeKey, causeNames, joined } from './same-cause.ts';
import { StateGraphModel } from './state-graph.ts';

/**
 * The one model that all writers show: the fold of a stream of events. Imports nothing but types and the graph, so
 * that it also runs in a browser.
 */
export interface ReportModel {
  readonly start: StartEvent;
  readonly verdict: VerdictName;
  readonly interrupted: boolean;
  /** Milliseconds. */
  readonly elapsedMs: number;
  /** Bytes of memory that the process had at most; undefined if it is not known. */
  readonly peakMemory: number | undefined;
  /** Whether the stream has its end. */
  readonly ended: boolean;
  /** In the order of the plan. */
  readonly runs: readonly RunModel[];
  /** The distinct causes of all runs, in the order of the runs that show them first. */
  readonly causes: readonly DistinctCause[];
  /** Where the file that this was read from is damaged, in words; none if it is whole. */
  readonly damage: readonly string[];
}

/** One scenario under one model. */
export interface RunModel extends ResultReport, Omit<EventOf<'run'>, 'type'> {
  /** Null if it could not be run, or nothing was heard of it. */
  readonly life: MainLifeReport | null;
  readonly phases: MainLifeReport['phases'];
  /** The ops of the main life that are syncs. */
  readonly syncs: readonly number[];
  /** Causes, those of one kind put together, the worst first. */
  readonly causes: readonly CauseReport[];
  /** The same as they were told, one for each group of failures that looked alike at first. */
  readonly told: readonly CauseReport[];
  readonly graph: StateGraphModel;
  /** Which of its syncs are needed; null where nobody asked. */
  readonly ledger: LedgerReport | null;
  /** Whether its `run-end` was heard. */
  readonly ended: boolean;
}

/** What is wrong, once, whichever models show it. */
export interface DistinctCause {
  /** The same for the same thing in other runs: `burp-ordering/corrupt/every listed backup .../write`; one a claim. */
  readonly ids: readonly string[];
  readonly scenario: string;
  readonly outcome: OutcomeName;
  readonly invariant: string;
  readonly culpritKind: string | null;
  /** The runs that show it, in order, and how each tells it. */
  readonly found: readonly { readonly run: RunModel; readonly cause: CauseReport }[];
}

/** Folds a whole stream. */
export function foldEvents(events: Iterable<RunEvent>): ReportModel {
  const fold = new Fold();
  for (const event of events) fold.add(event);
  return fold.model();
}

/** Takes in events one by one. What comes before `start`, or of a run that nobody announced, is not taken in. */
export class Fold {
  #start: StartEvent | undefined;
  #end: EventOf<'end'> | undefined;
  readonly #runs = new Map<number, OpenRun>();
  readonly #damage: string[] = [];

  add(event: RunEvent): void {
    switch (event.type) {
      case 'start':
        this.#start = event;
        break;
      case 'end':
        this.#end = event;
        break;
      case 'damage':
        this.#damage.push(event.text);
        break;
      case 'run':
        this.#runs.set(event.run, new OpenRun(event));
        break;
      default:
        this.#runs.get(event.run)?.add(event);
    }
  }

  /** What is known of one run so far. */
  run(number: number): RunModel | undefined {
    return this.#runs.get(number)?.model();
  }

  /** @throws TypeError if there was no `start` */
  model(): ReportModel {
    const start = this.#start;
    if (!start) throw new TypeError('the events have no start');
    const runs = [...this.#runs.values()].map((run) => run.model()).sort((a, b) => a.run - b.run);
    return {
      start,
      verdict: totalVerdict(runs, this.#damage.length > 0),
      interrupted: this.#end?.interrupted ?? false,
      elapsedMs: this.#end?.elapsedMs ?? runs.reduce((sum, run) => sum + run.elapsedMs, 0),
      peakMemory: this.#end?.peakMemory,
      ended: this.#end !== undefined,
      runs,
      causes: distinctCauses(runs),
      damage: this.#damage,
    };
  }
}

/** A counterexample is one, whatever else is not known; and what a damaged file does not hold may be one. */
function totalVerdict(runs: readonly { readonly verdict: VerdictName }[], damaged: boolean): VerdictName {
  if (runs.some((run) => run.verdict === 'counterexample')) return 'counterexample';
  return damaged || runs.some((run) => run.verdict === 'unknown') ? 'unknown' : 'converged';
}

type RunPart = Exclude<RunEvent, { type: 'start' | 'end' | 'run' | 'damage' }>;

class OpenRun {
  readonly #run: EventOf<'run'>;
  readonly #graph = new StateGraphModel();
  readonly #causes = new Map<string, CauseReport>();
  readonly #told: CauseReport[] = [];
  #life: MainLifeReport | null = null;
  #ledger: LedgerReport | null = null;
  #end: EventOf<'run-end'> | undefined;

  constructor(run: EventOf<'run'>) {
    this.#run = run;
  }

  add(event: RunPart): void {
    switch (event.type) {
      case 'life':
        this.#life = event;
        break;
      case 'states':
        this.#graph.addStates(event);
        break;
      case 'failures':
        this.#graph.addFailures(event);
        break;
      case 'configurations':
        this.#graph.addConfigurations(event);
        break;
      case 'lives':
        this.#graph.addLives(event);
        break;
      case 'cause':
        this.#addCause(event);
        break;
      case 'ledger':
        this.#ledger = event;
        break;
      case 'run-end':
        this.#end = event;
        break;
    }
  }

  #addCause(event: EventOf<'cause'>): void {
    const { type: _, run: __, ...cause } = event;
    const key = causeKey(cause);
    const known = this.#causes.get(key);
    this.#told.push(cause);
    this.#causes.set(key, known ? joined(known, cause) : cause);
  }

  model(): RunModel {
    const { type: _, ...run } = this.#run;
    const { type: __, run: ___, ...result } = this.#end ?? { ...NO_RESULT, type: 0, run: 0 };
    const life = this.#life;
    return {
      ...run,
      ...result,
      plan: asExplored(run.plan, result),
      life,
      phases: life?.phases ?? [],
      syncs: life?.ops.flatMap((op, i) => (op.sync ? [i + 1] : [])) ?? [],
      causes: [...this.#causes.values()].sort((a, b) => badness(b.outcome) - badness(a.outcome)),
      told: this.#told,
      graph: this.#graph,
      ledger: this.#ledger,
      ended: this.#end !== undefined,
    };
  }
}

/** A plan with what it left open, as it was decided. */
function asExplored(plan: PlanReport, { deaths, kills }: ResultReport): PlanReport {
  return deaths === undefined ? plan : { ...plan, deaths, kills: kills ?? null };
}

const NO_RESULT: ResultReport = {
  verdict: 'unknown',
  reason: 'nothing is known of its end',
  counts: null,
  work: null,
  closed: false,
  stopped: null,
  coverage: 'nothing is known of what was explored',
  convergence: null,
  convergenceNote: 'nothing is known of its end',
  heat: '',
  pointCoverage: '',
  restarts: null,
  failuresNotGrouped: 0,
  elapsedMs: 0,
};

const BADNESS: readonly OutcomeName[] = ['converged', 'unknown', 'livelock', 'stuck', 'corrupt', 'lost'];

export function badness(outcome: OutcomeName): number {
  return BADNESS.indexOf(outcome);
}

function distinctCauses(runs: readonly RunModel[]): readonly DistinctCause[] {
  const groups = new Map<string, { run: RunModel; cause: CauseReport }[]>();
  for (const run of runs) {
    for (const cause of run.causes) {
      const key = `${run.scenario} ${causeKey(cause)}`;
      groups.set(key, [...(groups.get(key) ?? []), { run, cause }]);
    }
  }
  return [...groups.values()].map((found) => {
    const { run, cause } = found[0]!;
    const { outcome, invariant, culpritKind } = cause;
    const ids = [...new Set(found.flatMap((each) => causeNames(run.scenario, each.cause)))];
    return { ids, scenario: run.scenario, outcome, invariant, culpritKind, found };
  });
}

/** The runs of each scenario, in the order of their first runs. */
export function byScenario(runs: readonly RunModel[]): ReadonlyMap<string, RunModel[]> {
  const groups = new Map<string, RunModel[]>();
  for (const run of runs) {
    const group = groups.get(run.scenario);
    if (group) group.push(run);
    else groups.set(run.scenario, [run]);
  }
  return groups;
}
