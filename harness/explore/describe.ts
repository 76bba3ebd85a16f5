import type { FaultKind } from '../disk/fault-kinds.ts';
import type { Image } from '../disk/image/image.ts';
import type { Change, Op } from '../disk/journal.ts';
import type { Effect } from '../persistence/model.ts';
import { pathOf } from './cause.ts';

/** One op in words that a shell user knows, and how it failed, if it did. */
export function describeOp(op: Op): string {
  return op.fault === undefined ? describeCall(op) : `${describeCall(op)}  ${faultText(op.fault)}`;
}

function faultText(fault: FaultKind): string {
  if (fault === 'short') return 'SHORT: not all of what was to be written';
  const lasting = fault.endsWith('-lasting') ? ', and from here on' : '';
  return `FAILED: ${fault.replace('-lasting', '').toUpperCase()}${lasting}`;
}

function describeCall(op: Op): string {
  const range = op.length === undefined ? '' : ` [${op.offset ?? 0}, +${op.length})`;
  switch (op.kind) {
    case 'rename':
    case 'link':
      return `${op.kind} ${op.path} -> ${op.to}`;
    case 'symlink':
      return `symlink ${op.path} -> ${JSON.stringify(op.to)}`;
    case 'truncate':
      return `truncate ${op.path} to ${op.offset}`;
    default:
      return `${op.kind} ${op.path}${range}`;
  }
}

/** One effect: what of its op it is. */
export function describeEffect(effect: Effect, seen: Image): string {
  return effect.changes.map((change) => describeChange(change, effect.op, seen)).join(' and ');
}

function describeChange(change: Change, op: Op, seen: Image): string {
  switch (change.type) {
    case 'entry': {
      const dir = pathOf(seen, change.dir) ?? '(a removed directory)';
      const path = `${dir === '/' ? '' : dir}/${change.name}`;
      return change.ino === 0 ? `entry ${path} goes` : `entry ${path} comes`;
    }
    case 'page':
      return `data of ${op.path}, page ${change.index}`;
    case 'sector':
      return `data of ${op.path}, page ${change.index}, sector ${change.sector}`;
    case 'grow':
      return `size of ${op.path} rises to ${change.size}`;
    case 'truncate':
      return `size of ${op.path} falls to ${change.size}`;
    case 'mode':
      return `mode of ${op.path} becomes 0${change.mode.toString(8)}`;
  }
}
