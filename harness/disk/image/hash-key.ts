import type { Hash } from './types.ts';

/** A state hash as text, for maps. */
export function hashKey(hash: Hash): string {
  return `${hash.a.toString(36)}.${hash.b.toString(36)}.${hash.c.toString(36)}.${hash.d.toString(36)}`;
}
