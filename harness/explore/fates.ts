import { PAGE_SIZE } from '../disk/image/types.ts';
import type { Op } from '../disk/journal.ts';
import { EffectGraph } from '../persistence/graph.ts';
import type { Effect } from '../persistence/model.ts';
import type { CutLife } from './replay.ts';
import { nameOf, nameText } from './schedule.ts';

/**
 * What became of an effect when the power went: durable by a sync before that, kept or lost as the cut decided, or
 * moot, because nobody could see it any more.
 */
export interface EffectFate {
  readonly effect: Effect;
  readonly fate: 'durable' | 'kept' | 'lost' | 'moot';
  /** The op that made it durable. */
  readonly since?: number;
}

/** What became of an op: of all its effects together. */
export interface OpFate {
  readonly fate: EffectFate['fate'] | 'torn';
  readonly since?: number;
  /** For a torn write: the first byte of the file, from its start, that is not as it was written. */
  readonly tornAt?: number;
}

/** By the index of an op: what became of its effects. */
export type Fates = ReadonlyMap<number, readonly EffectFate[]>;

/**
 * What became of the effects of a life that was cut, and of those that were killed on the same machine before it, in
 * order. What a later life's sync made durable has no `since`, which counts ops of its own life.
 */
export function fatesOf({ life, cut, kept, pending, uptime }: CutLife): readonly Fates[] {
  const graph = new EffectGraph(uptime.model, uptime.boot);
  const fates = new Map<string, EffectFate>();
  const tell = (fate: EffectFate): void => void fates.set(nameText(nameOf(fate.effect, 0)), fate);
  for (const ops of [...uptime.killed, life.ops.slice(0, cut.at)]) {
    for (const op of ops) {
      const { added, synced, dead } = graph.step(op);
      for (const effect of [...added, ...dead]) tell({ effect, fate: 'moot' });
      for (const effect of synced) {
        tell({ effect, fate: 'durable', ...(effect.life === graph.lives ? { since: op.index } : {}) });
      }
    }
    graph.kill();
  }
  for (const effect of pending) tell({ effect, fate: kept.has(effect) ? 'kept' : 'lost' });
  const lives = Array.from({ length: graph.lives }, () => new Map<number, EffectFate[]>());
  for (const fate of fates.values()) {
    const { op, life: number } = fate.effect;
    lives[number]!.set(op.index, [...(lives[number]!.get(op.index) ?? []), fate]);
  }
  return lives;
}

/** Puts the fates of an op's effects into one; undefined if it has none. */
export function opFate(op: Op, fates: readonly EffectFate[]): OpFate | undefined {
  if (fates.length === 0) return undefined;
  const mattering = fates.filter(({ fate }) => fate !== 'moot');
  if (mattering.length === 0) return { fate: 'moot' };
  const lost = mattering.filter(({ fate }) => fate === 'lost');
  if (lost.length === mattering.length) return { fate: 'lost' };
  if (lost.length > 0) {
    const tornAt = op.kind === 'write' ? firstLost(op, lost) : undefined;
    return { fate: 'torn', ...(tornAt === undefined ? {} : { tornAt }) };
  }
  if (mattering.some(({ fate }) => fate === 'kept')) return { fate: 'kept' };
  const since = Math.max(...mattering.map((each) => each.since ?? Infinity));
  return { fate: 'durable', ...(since === Infinity ? {} : { since }) };
}

/** Where the first lost effect of a write begins, in bytes from the start of the file. */
function firstLost(op: Op, lost: readonly EffectFate[]): number | undefined {
  const starts = lost.flatMap(({ effect }) =>
    effect.changes.flatMap((change) => {
      if (change.type === 'page') return [change.index * PAGE_SIZE];
      // A rise of the size brings one page of the write into the file.
      return change.type === 'grow' ? [Math.floor((change.size - 1) / PAGE_SIZE) * PAGE_SIZE] : [];
    }),
  );
  if (starts.length === 0) return undefined;
  return Math.max(op.offset ?? 0, Math.min(...starts));
}
