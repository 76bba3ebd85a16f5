import type { Op } from '../../disk/journal.ts';
import type { SmallLife } from './steps.ts';

/** The life, with some of its fsyncs failing: those at the places of the bits that are set, from the last bit on. */
export function withFailures(life: SmallLife, bits: number): SmallLife {
  let nth = 0;
  const ops = life.ops.map((op): Op => {
    const fails = (op.kind === 'fsync' || op.kind === 'fdatasync') && ((bits >> nth++) & 1) === 1;
    return fails ? { ...op, fault: 'eio' } : op;
  });
  const failed = ops.flatMap(({ fault, index }) => (fault === undefined ? [] : [index]));
  return { ...life, ops, toString: () => `${life.toString()}, of which ${failed.join()} fail` };
}
