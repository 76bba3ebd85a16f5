import { CHOSEN_FROM } from '../../persistence/chosen.ts';
import { waysOf } from '../../../reports/claim.ts';
import { count, number } from '../../../reports/text.ts';
import type { CountsReport, PlanReport, WorkReport } from '../../../reports/schema/run.ts';
import type { ShardReport } from '../../../reports/events.ts';
import type { STOPPED } from './asked.ts';

/** What the words about coverage are made of. */
export interface Covered {
  readonly counts: CountsReport;
  readonly work: WorkReport;
  readonly plan: PlanReport;
  readonly closed: boolean;
  readonly stopped: keyof typeof STOPPED | null;
  /** The most effects that were pending at once; null if that says little. */
  readonly pendingMax: number | null;
  readonly shard: ShardReport | null;
  /** States that other shards recover. */
  readonly foreign: number;
  readonly failures: number;
}

/** What was covered, in words, and what was left out. */
export function coverageText(covered: Covered): string {
  const { counts, work, plan, closed, stopped, shard, foreign, failures } = covered;
  if (closed) return `closed: these are all states that ${waysOf(plan)} can reach${regionsText(work)}`;
  const parts: string[] = [];
  if (shard) {
    const others = count(foreign, 'state');
    parts.push(`shard ${shard.index} of ${shard.count}: ${others} of the main life left to the other shards`);
  }
  const left = counts.states - counts.verified - foreign;
  if (stopped === 'bail') {
    const ended = failures === 1 ? 'stopped at a failure' : `stopped after ${count(failures, 'failure')}`;
    parts.push(left > 0 ? `${ended}, ${count(left, 'known state')} not looked at` : ended);
  } else if (stopped === 'missing') {
    parts.push(`shards are missing, ${count(left, 'known state')} not looked at`);
  } else if (stopped !== null) {
    parts.push(`stopped early, ${count(left, 'known state')} not looked at`);
  }
  if (plan.at)
    parts.push(
      `only crash points ${plan.at.from} to ${Math.min(plan.at.to, counts.mainOps)} of the main life`,
    );
  parts.push(...survivalsText(covered));
  if (counts.unexpanded > 0) {
    parts.push(`the recoveries of ${count(counts.unexpanded, 'state')} were not cut again`);
  }
  return parts.join('; ') + regionsText(work);
}

function regionsText({ masked, compared }: WorkReport): string {
  if (masked === 0) return '';
  const disks = `${count(masked, 'disk')} that differ from one of them only where recovery deletes without reading`;
  return `, but for ${disks} (recoveries were watched, and ${number(compared)} of these disks recovered too)`;
}

function survivalsText({ counts, plan, pendingMax }: Covered): string[] {
  const depth = plan.depth === null ? '' : `, ${count(plan.depth, 'cut')} in a row at most`;
  if (plan.tier === 'bounded') {
    const each = `each cut loses at most ${plan.t} or keeps at most ${plan.t} of what is pending`;
    return [`bounded t=${plan.t}: ${each}${depth}${leftOut(pendingMax)}`];
  }
  if (counts.bounded === 0) return depth === '' ? [] : [`every survival of each cut${depth}`];
  const total = counts.bounded + counts.exhaustive;
  return [
    `${number(counts.bounded)} of the ${count(total, 'crash point')} of all lives had too many survivals: only those that lose or keep ` +
      `at most ${plan.t}, and a sample, were made there, and where more than ${CHOSEN_FROM} effects were pending, ` +
      `chosen ones${depth}`,
  ];
}

/** How large the space is that a bounded exploration takes its part of. */
function leftOut(most: number | null): string {
  return most === null || most < 2
    ? ''
    : `; up to ${count(most, 'effect')} were pending at once, so one cut has up to 2^${most} survivals`;
}
