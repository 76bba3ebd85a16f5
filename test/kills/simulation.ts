import { findModel, Player, type Cut, type Scenario } from '../../harness/index.ts';
import { listTree } from '../../harness/disk/image/tree.ts';
import type { Op } from '../../harness/disk/journal.ts';
import type { Tree } from './real-tree.ts';

/** What the simulation says about one kill. */
export interface SimulatedKill {
  /** The disk that the killed process leaves. */
  readonly killed: Tree;
  /** The disk after the recovery that follows. */
  readonly recovered: Tree;
  /** What had been promised to the outside by then. */
  readonly acknowledged: readonly string[];
}

/** The simulated twin of a program that is really killed. */
export interface Simulation {
  /** The operations of the program, one line each, as the preload writes them. */
  readonly ops: readonly string[];
  /** What is so after the kill that comes right after this many operations. */
  killedAfter(op: number): Promise<SimulatedKill>;
}

export async function simulate(scenario: Scenario): Promise<Simulation> {
  const model = findModel('process-kill');
  if (!model) throw new Error('there must be a model process-kill');
  const player = await Player.start(scenario, model);
  return {
    ops: player.main.life.ops.map(lineOf),
    async killedAfter(op) {
      const cut: Cut = { at: op, mode: 'lose', effects: [] };
      const { lives, recovery, verdict } = await player.play([cut]);
      if (verdict.outcome !== 'converged') throw new Error(`simulated: ${JSON.stringify(verdict)}`);
      const { pending, crash, acknowledged } = lives[0]!;
      // Otherwise a kill could leave several disks, and this would be only one of them.
      if (pending.length > 0) throw new Error('after a kill nothing may be pending');
      return { killed: listTree(crash), recovered: listTree(recovery.image), acknowledged };
    },
  };
}

/** An operation as the preload shows it: what can be told from outside of the kernel. */
function lineOf({ kind, path, to, length, offset }: Op): string {
  const start = `${kind} ${path}`;
  if (to !== undefined) return `${start} -> ${to}`;
  if (kind === 'write') return `${start} +${length}`;
  return kind === 'truncate' ? `${start} to ${offset}` : start;
}
