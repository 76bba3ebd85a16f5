import type { Canonical, CanonicalState } from '../../explore/canonical.ts';
import type { Visit } from '../../explore/state-graph.ts';
import type { EventOf, RunEvent } from '../../../reports/events.ts';
import { ANOTHER_SHARDS, GLYPHS, NOT_LOOKED_AT } from '../../../reports/glyphs.ts';

/** States, configurations or lives in one event: a line of a file stays below some hundred kilobytes. */
const PIECE = 2048;

/** A graph of states as events: see `reports/schema/graph.ts` for how they are to be read. */
export function graphEvents(run: number, graph: Canonical): RunEvent[] {
  const lives = encodeLives(graph);
  return [
    ...pieces(graph.states).map(([first, states]) => statesEvent(run, first, states)),
    ...failuresEvents(run, graph),
    ...pieces(graph.configurations).map(([first, list]) => ({
      type: 'configurations' as const,
      run,
      first,
      bases: list.map(({ base }) => base),
      members: list.map(({ members }) => members.map((state, i) => state - (members[i - 1] ?? 0))),
      ...(list.some(({ killed }) => killed !== undefined)
        ? { kills: list.map(({ killed = -1 }) => killed) }
        : {}),
      coverage: list.map(({ coverage }) => coverage[0]).join(''),
    })),
    ...pieces(lives).map(([, list]) => ({ type: 'lives' as const, run, lives: [...list] })),
  ];
}

function pieces<T>(list: readonly T[]): (readonly [number, readonly T[]])[] {
  const count = Math.ceil(list.length / PIECE);
  return Array.from({ length: count }, (_, i) => [i * PIECE, list.slice(i * PIECE, (i + 1) * PIECE)]);
}

function statesEvent(run: number, first: number, states: readonly CanonicalState[]): EventOf<'states'> {
  return {
    type: 'states',
    run,
    first,
    keys: states.map((state) => state.key),
    outcomes: states.map(glyphOf).join(''),
    depths: states.map((state) => state.depth),
    parents: states.map((state) => state.parent),
    cuts: states.map((state) => state.cut),
    recoveries: states.map((state) => state.recoveryOps),
    leaves: states.map((state) => (state.verdict && !state.expanded ? '1' : '0')).join(''),
    ...(states.some(({ killed }) => killed)
      ? { killed: states.map(({ killed }) => (killed ? '1' : '0')).join('') }
      : {}),
    ...(states.some(({ branch }) => branch)
      ? { branches: states.map(({ branch }) => (branch ? '1' : '0')).join('') }
      : {}),
  };
}

function glyphOf({ verdict, foreign }: CanonicalState): string {
  if (verdict) return GLYPHS[verdict.outcome];
  return foreign ? ANOTHER_SHARDS : NOT_LOOKED_AT;
}

/** What failing states break, each list of findings once. */
function failuresEvents(run: number, { states, failures }: Canonical): EventOf<'failures'>[] {
  if (failures.length === 0) return [];
  const verdicts = new Map<string, number>();
  const which = failures.map((number) => {
    const findings = states[number]!.verdict!.findings.map(({ invariant, message }) => ({
      invariant,
      message,
    }));
    const key = JSON.stringify(findings);
    const known = verdicts.get(key) ?? verdicts.size;
    verdicts.set(key, known);
    return known;
  });
  const lists = [...verdicts.keys()].map((key) => JSON.parse(key) as EventOf<'failures'>['verdicts'][number]);
  return [{ type: 'failures', run, verdicts: lists, states: [...failures], which }];
}

/**
 * Many lives end the same way, through the same configurations; the file holds such an end once, with the first life
 * that has it.
 */
function encodeLives(graph: Canonical): number[][] {
  const ways: (readonly Visit[])[] = [];
  /** By configuration: the life that came through first, and at which of its steps. */
  const first = new Map<number, { readonly life: number; readonly index: number }>();
  const encoded: number[][] = [];
  for (let life = 0; life <= graph.states.length; life++) {
    const way = graph.visits(life === 0 ? undefined : life - 1);
    ways.push(way);
    if (way.length === 0) continue;
    const own: number[] = [];
    let tail: { life: number; index: number; shift: number } | undefined;
    for (const [index, step] of way.entries()) {
      const known = first.get(step.configuration);
      if (known && sameEnd(way, index, ways[known.life]!, known.index)) {
        tail = { ...known, shift: step.at - ways[known.life]![known.index]!.at };
        break;
      }
      if (!known) first.set(step.configuration, { life, index });
      own.push(step.at, step.configuration);
    }
    encoded.push([life, tail?.life ?? -1, tail?.index ?? 0, tail?.shift ?? 0, ...own]);
  }
  return encoded;
}

/** Whether two lives go the same way from here on, as far apart at each step. */
function sameEnd(way: readonly Visit[], from: number, other: readonly Visit[], otherFrom: number): boolean {
  if (way === other || way.length - from !== other.length - otherFrom) return false;
  const shift = way[from]!.at - other[otherFrom]!.at;
  for (let i = from, j = otherFrom; i < way.length; i++, j++) {
    if (way[i]!.configuration !== other[j]!.configuration) return false;
    if (way[i]!.at - other[j]!.at !== shift) return false;
  }
  return true;
}
