import type { Image } from '../disk/image/image.ts';
import type { Survivals } from '../persistence/survivals.ts';
import { hashKey } from '../disk/image/hash-key.ts';
import type { Finding } from './scenario.ts';

/**
 * When recovery returns, its result is durable: no survival at its end differs from what it left.
 *
 * @param survivals of the recovery, after its last op
 * @param left the disk as recovery left it
 */
export function undurable(survivals: Survivals, left: Image): Finding | undefined {
  const final = hashKey(left.hash);
  const { pending, graph } = survivals;
  if (pending.length === 0 && hashKey(graph.durable.hash) === final) return undefined;
  let same = true;
  survivals.visit(({ image }) => (same &&= hashKey(image.hash) === final));
  if (same) return undefined;
  const names = pending.map((effect) => `${effect.op.kind} ${effect.op.path}`);
  return {
    invariant: 'the result of recovery is durable when it returns',
    message: `a cut after recovery may still lose: ${[...new Set(names)].slice(0, 3).join(', ')}`,
  };
}
