import type { Exploration } from '../explore/exploration.ts';
import type { ExploreOptions } from '../explore/options.ts';
import { EffectGraph } from '../persistence/graph.ts';
import { count, number } from '../../reports/text.ts';

/** What was covered, in words, and what was left out. */
export function coverageText(exploration: Exploration, options: ExploreOptions): string {
  const { counts, closed, stopped } = exploration;
  if (closed) return `closed: these are all states that any number of cuts can reach${regionsText(counts)}`;
  const parts: string[] = [];
  const left = counts.states - counts.verified;
  if (stopped === 'bail') {
    const ended = 'stopped at a failure';
    parts.push(left > 0 ? `${ended}, ${count(left, 'known state')} not looked at` : ended);
  } else if (stopped !== undefined) {
    parts.push(`stopped early, ${count(left, 'known state')} not looked at`);
  }
  if (options.at) parts.push(`only crash points ${options.at.from} to ${options.at.to} of the main life`);
  parts.push(...survivalsText(exploration, options));
  if (counts.unexpanded > 0) {
    parts.push(`the recoveries of ${count(counts.unexpanded, 'state')} were not cut again`);
  }
  return parts.join('; ') + regionsText(counts);
}

function regionsText({ masked, compared }: Exploration['counts']): string {
  if (masked === 0) return '';
  const disks = `${count(masked, 'disk')} that differ from one of them only where recovery deletes without reading`;
  return `, but for ${disks} (recoveries were watched, and ${number(compared)} of these disks recovered too)`;
}

export const STOPPED = {
  bail: 'enough failures',
  states: 'too many states',
  time: 'the budget ran out',
  interrupted: 'interrupted',
} as const;

function survivalsText(exploration: Exploration, options: ExploreOptions): string[] {
  const { counts } = exploration;
  const depth = Number.isFinite(options.depth) ? `, ${count(options.depth, 'cut')} in a row at most` : '';
  if (options.tier === 'bounded') {
    const each = `each cut loses at most ${options.t} or keeps at most ${options.t} of what is pending`;
    return [`bounded t=${options.t}: ${each}${depth}${leftOut(exploration)}`];
  }
  if (counts.bounded === 0) return depth === '' ? [] : [`every survival of each cut${depth}`];
  const total = counts.bounded + counts.exhaustive;
  return [
    `${number(counts.bounded)} of ${count(total, 'crash point')} had too many survivals: only those that lose or keep ` +
      `at most ${options.t}, and a sample, were made there${depth}`,
  ];
}

/** How large the space is that a bounded exploration takes its part of. */
function leftOut({ main, model }: Exploration): string {
  if (!model.independent) return '';
  const graph = new EffectGraph(model, main.boot);
  let most = 0;
  for (const op of main.life.ops) {
    graph.step(op);
    most = Math.max(most, graph.pending.length);
  }
  return most < 2
    ? ''
    : `; up to ${count(most, 'effect')} were pending at once, so one cut has up to 2^${most} survivals`;
}
