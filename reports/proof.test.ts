import { describe, expect, it } from 'vitest';
import { firstScreen } from './html-data.ts';
import { foldEvents, type RunModel } from './model.ts';
import { proofOf } from './proof.ts';
import { MAIN_LIFE, type StateGraphModel } from './state-graph.ts';
import { sampleEvents } from './testing/sample.ts';

const model = foldEvents(sampleEvents());

function runOf(scenario: string, name: string): RunModel {
  return model.runs.find((run) => run.scenario === scenario && run.model === name)!;
}

/** The fewest cuts to each state, walked out along the edges of the graph, by no column of it. */
function recounted(graph: StateGraphModel): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  let lives = [MAIN_LIFE];
  for (let depth = 1; lives.length > 0; depth++) {
    const next: number[] = [];
    for (const { to } of lives.flatMap((life) => graph.edges(life))) {
      if (found.has(to)) continue;
      found.set(to, depth);
      next.push(to);
    }
    lives = next;
  }
  return found;
}

/** How many states each number of cuts leads to, as the edges have it. */
function byDepth(graph: StateGraphModel): { depth: number; states: number }[] {
  const depths = [...recounted(graph).values()];
  return [...new Set(depths)].map((depth) => ({
    depth,
    states: depths.filter((each) => each === depth).length,
  }));
}

describe('what a passing run has proved', () => {
  const passing = model.runs.filter((run) => run.verdict === 'converged');

  it('counts each state once, at the fewest cuts that the edges of the graph lead to it by', () => {
    expect(passing.length).toBeGreaterThan(4);
    for (const run of passing) {
      const { depths } = proofOf(run, null)!;
      expect(depths).toEqual(byDepth(run.graph));
      expect(depths.reduce((sum, { states }) => sum + states, 0)).toBe(run.counts!.states);
      expect(depths.at(-1)!.depth).toBe(run.counts!.depth);
    }
  });

  it('would be seen to count wrongly', () => {
    const run = runOf('backup-incremental', 'posix');
    const graph = Object.assign(Object.create(run.graph) as StateGraphModel, {
      depths: run.graph.depths.map((depth, state) => (state === 100 ? depth + 1 : depth)),
    });
    expect(proofOf({ ...run, graph }, null)!.depths).not.toEqual(byDepth(graph));
  });

  it('leads to the furthest state by cuts that the graph has', () => {
    for (const run of passing) {
      const { state, cuts, killed, all } = proofOf(run, null)!.furthest!;
      expect(cuts).toHaveLength(run.counts!.depth);
      expect(killed).toEqual(cuts.map(() => false));
      expect([...recounted(run.graph).values()].filter((depth) => depth === run.counts!.depth)).toHaveLength(
        all,
      );
      const ends = cuts.reduce<readonly number[]>(
        (lives, at) =>
          lives.flatMap((life) =>
            run.graph.edges(life).flatMap(({ to, from, until }) => (from <= at && at <= until ? [to] : [])),
          ),
        [MAIN_LIFE],
      );
      expect(ends).toContain(state);
    }
  });

  it('names as nearest only what the numbers hold: the longest recovery, and those that can be cut most often', () => {
    const run = runOf('backup-incremental', 'posix');
    const { longest, mostCuts } = proofOf(run, null)!;
    expect(longest!.ops).toBe(run.convergence!.longestRecovery);
    expect(run.graph.recoveries[longest!.state]).toBe(longest!.ops);
    // The main life is cut once before the first of these.
    expect(mostCuts!.cuts + 1).toBe(run.convergence!.mostRestarts);
    for (const state of mostCuts!.states) expect(run.restarts![state]).toBe(mostCuts!.cuts);
    expect(proofOf({ ...run, restarts: null }, null)!.mostCuts).toBeNull();
  });

  it('is nothing where a run fails, is not known to pass, or explored nothing', () => {
    const run = runOf('backup-incremental', 'posix');
    expect(proofOf(runOf('append-log-no-checksum', 'posix'), null)).toBeNull();
    expect(proofOf({ ...run, verdict: 'unknown' }, null)).toBeNull();
    expect(proofOf({ ...run, counts: null }, null)).toBeNull();
  });

  it('claims no more than the runs that pass looked at', () => {
    const { proved } = firstScreen(model);
    expect(proved).toMatch(/^Looked at under sequential and posix: /);
    expect(proved).toContain('in 1 of 6 runs every state that one power cut can lead to');
    expect(proved).toContain(
      'in 5 of 6 runs every state that any number of power cuts can lead to (closure)',
    );
    const bounded = model.runs.map((run) => ({ ...run, closed: false, plan: { ...run.plan, depth: 1 } }));
    expect(firstScreen({ ...model, runs: bounded }).proved).not.toContain('any number');
    const failing = model.runs.filter((run) => run.verdict === 'counterexample');
    expect(firstScreen({ ...model, runs: failing, causes: [] }).proved).toBeNull();
  });
});

describe('what changed since a base', () => {
  it('is told of each run that both have, with what got worse', () => {
    const base = foldEvents(
      sampleEvents().map((event) =>
        event.type === 'run-end' && event.convergence !== null
          ? { ...event, convergence: { ...event.convergence, minimumUptime: 0 } }
          : event,
      ),
    );
    const { since } = firstScreen(model, base);
    const moved = since!.moved.map(({ run }) => `${model.runs[run]!.scenario} ${model.runs[run]!.model}`);
    expect(moved).toEqual(['append-log posix', 'backup-incremental sequential', 'backup-incremental posix']);
    expect(since!.moved[2]!.changes).toEqual([{ what: 'minimum uptime', before: 0, after: 12, worse: true }]);
    expect(since!.verdict).toBe('CHANGED  0 new causes, 0 fixed causes, 3 runs moved, 3 for the worse');
  });

  it('is nothing where there is none, and nothing moved where nothing did', () => {
    expect(firstScreen(model).since).toBeNull();
    expect(firstScreen(model, model).since).toMatchObject({ moved: [], added: [], gone: [] });
  });
});
