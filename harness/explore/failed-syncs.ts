import type { Op } from '../disk/journal.ts';
import { hasFailed } from '../persistence/adrift.ts';
import type { Effect } from '../persistence/model.ts';
import { isSync } from '../persistence/rules.ts';
import type { CutLife, Replay } from './replay.ts';

/** A sync of a story that failed. */
export interface FailedSync {
  readonly op: Op;
  /** In which life: 0 is the main one. */
  readonly life: number;
}

/** The last sync of an inode that failed in a life, after an op. */
export function lastFailedSync(ops: readonly Op[], ino: number, after: number): Op | undefined {
  return ops.findLast((op) => op.index > after && op.ino === ino && isFailedSync(op));
}

/** The sync that gave up an effect, which is lost: the first one after it, in its life or in one that followed a kill. */
export function givenUpBy(
  { uptime, life: { ops }, cut }: CutLife,
  life: number,
  effect: Effect,
): FailedSync | undefined {
  const inodes = new Set(effect.changes.map((change) => (change.type === 'entry' ? change.dir : change.ino)));
  const lives = [...uptime.killed, ops.slice(0, cut.at)];
  for (let at = effect.life; at < lives.length; at++) {
    const after = at === effect.life ? effect.op.index : 0;
    const op = lives[at]!.find((each) => each.index > after && inodes.has(each.ino) && isFailedSync(each));
    if (op) return { op, life: life - (lives.length - 1 - at) };
  }
  return undefined;
}

/** The first sync of a story that failed and took its file back. */
export function takenBackBy({ lives }: Replay): FailedSync | undefined {
  for (const [life, { life: record, cut }] of lives.entries()) {
    const op = record.ops.slice(0, cut.at).find((each) => each.reverts);
    if (op) return { op, life };
  }
  return undefined;
}

function isFailedSync(op: Op): boolean {
  return isSync(op) && hasFailed(op);
}
