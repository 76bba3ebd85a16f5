import type { CauseHead, FirstScreen, RunHead } from '../html-data.ts';
import { deathsCount, waysOf } from '../claim.ts';
import { count, duration, megabytes, number, rate } from '../text.ts';

/** What the page says first, about all runs or those of one scenario: never more than what was done. */
export function headline(runs: readonly RunHead[]): string {
  const scenarios = [...new Set(runs.map((run) => run.scenario))];
  const single = scenarios.length === 1;
  const subject = single ? scenarios[0]! : count(scenarios.length, 'scenario');
  switch (verdictOfAll(runs)) {
    case 'counterexample': {
      if (single) return `${subject} does not survive every power cut`;
      const failing = runs.filter((run) => run.verdict === 'counterexample');
      const broken = new Set(failing.map((run) => run.scenario)).size;
      return `${number(broken)} of ${subject} ${broken === 1 ? 'does' : 'do'} not survive every power cut`;
    }
    case 'unknown':
      if (runs.length === 0) return 'Nothing was run';
      return `Not known whether ${single ? `${subject} survives` : 'all scenarios survive'} every power cut`;
    case 'converged': {
      const verb = single ? `${subject} survives` : `All ${subject} survive`;
      return runs.every((run) => run.closed)
        ? `${verb} every power cut`
        : `${verb} every power cut that was tried`;
    }
  }
}

export function verdictOfAll(runs: readonly RunHead[]): RunHead['verdict'] {
  const verdicts = runs.map((run) => run.verdict);
  if (verdicts.includes('counterexample')) return 'counterexample';
  return verdicts.includes('unknown') || runs.length === 0 ? 'unknown' : 'converged';
}

/** How large the space is that was looked at: `60 crash points; 5,680 states reached, 3,941 distinct, all verified`. */
export function spaceText({ counts }: RunHead): string {
  if (!counts) return 'nothing explored';
  const verified = counts.verified === counts.states ? 'all' : number(counts.verified);
  const reached = `${count(counts.generated, 'crash state')} reached, `;
  return `${count(counts.mainOps + 1, 'crash point')}; ${reached}${number(counts.states)} distinct, ${verified} recovered and checked`;
}

/** How complete it is, in two words and in a sentence. */
export interface Completeness {
  readonly whole: boolean;
  readonly title: string;
  readonly text: string;
}

export function completeness(run: RunHead): Completeness {
  const { counts, closed, stopped } = run;
  if (!counts) return { whole: false, title: 'Nothing explored', text: run.reason ?? run.coverage };
  if (closed) return { whole: true, title: 'Complete', text: closedText(run) };
  const text = sentence(run.coverage);
  if (stopped !== null) return { whole: false, title: STOPPED[stopped], text };
  return { whole: false, title: run.plan.tier === 'bounded' ? 'Bounded' : 'Not complete', text };
}

const STOPPED = {
  bail: 'Stopped at a failure',
  states: 'Stopped: too many states',
  time: 'Stopped: out of time',
  interrupted: 'Interrupted',
  missing: 'Not whole: a shard is missing',
} as const;

function closedText({ counts, coverage, plan }: RunHead): string {
  const extra = coverage.replace(
    /^closed: these are all states that any number of [a-z0-9, ]+ can reach/,
    '',
  );
  return (
    `These are all the disks that ${waysOf(plan)} can leave, not a sample${extra}: after ` +
    `${deathsCount(counts!.depth, plan)} in a row, no new one appeared.`
  );
}

function sentence(text: string): string {
  return text === '' ? '' : `${text[0]!.toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}

/**
 * Where the power goes: `after op 16`, and the later cuts of a longer story. Where some of its lives are killed, each of
 * the later ones says how it ends.
 */
export function cutsText(cuts: readonly number[], killed: readonly boolean[] = []): string {
  const [first, ...more] = cuts;
  if (first === undefined) return '';
  const start = first === 0 ? 'before the first op' : `after op ${first}`;
  if (more.length === 0) return start;
  const isMixed = killed.includes(true);
  const each = more.map(
    (at, i) => `${isMixed ? (killed[i + 1] ? 'killed after ' : 'cut after ') : ''}op ${at}`,
  );
  const then = isMixed ? 'and once more in the life after it' : 'and again in the recovery after it';
  return `${start}, ${then} (${each.join(', then ')})`;
}

/** `After op 131 it was promised: ...`: what the outside had been told, where that is what was broken. */
export function promiseText(cause: Pick<CauseHead, 'promise' | 'outcome'>): string | undefined {
  if (cause.promise === null || cause.outcome !== 'lost') return undefined;
  return `promised to the outside after op ${cause.promise.after}: ${cause.promise.what}`;
}

/** Commit, time, seed: what one wants to know of a page that was found somewhere. */
export function facts({ start, ended, elapsedMs, peakMemory, runs }: FirstScreen): string {
  const commit = start.commit
    ? `commit ${start.commit.hash.slice(0, 10)}${start.commit.dirty ? ' with changes' : ''}`
    : 'commit not known';
  const day = start.startedAt.slice(0, 16).replace('T', ' ');
  const states = runs.reduce((sum, { counts }) => sum + (counts?.verified ?? 0), 0);
  const took = [
    `took ${duration(elapsedMs)}`,
    rate(states, elapsedMs, 'states'),
    peakMemory === undefined ? undefined : `${megabytes(peakMemory)} of memory at most`,
  ].filter((each) => each !== undefined);
  return [commit, `${day} UTC`, ...(ended ? took : []), `Blackout ${start.tool.version}`].join(' · ');
}

/** What the reader must know of the report itself, before its contents. */
export function warnings(screen: FirstScreen): readonly string[] {
  const { damage, ended, interrupted, start } = screen;
  return [
    ...(start.shard
      ? [`This is shard ${start.shard.index} of ${start.shard.count}: a part of the work only.`]
      : []),
    ...(interrupted ? ['The run was interrupted: what was not looked at by then counts as not known.'] : []),
    ...(ended ? [] : ['The events end before the run did: what is missing counts as not known.']),
    ...damage.map((text) => `The file of events is damaged: ${text}`),
  ];
}
