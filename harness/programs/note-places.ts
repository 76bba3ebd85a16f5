import type { Journal } from '../disk/journal.ts';
import { callOf, type Place } from './call-site.ts';
import type { EventLoop } from './event-loop.ts';
import type { LifeRequest } from './program.ts';

/** A call is made some time before its op comes. Of those that overlap, more than so many are hardly ever under way. */
const AHEAD = 100;

/** Where a life makes its ops, and with which of its calls: see `LifeRecord`. */
export interface Notes {
  readonly places: ReadonlyMap<number, readonly Place[]>;
  readonly asked: ReadonlyMap<number, number | undefined>;
}

/** Takes down where a life makes its ops, from one to another, while it is lived. */
export function notePlaces(
  journal: Journal,
  loop: EventLoop,
  { from, to }: NonNullable<LifeRequest['placed']>,
): Notes {
  const places = new Map<number, readonly Place[]>();
  const calls = new Map<number, number | undefined>();
  loop.notes = from <= AHEAD;
  journal.onRecord = (op) => {
    const { index } = op;
    if (index >= from && index <= to) {
      const { site, asked } = callOf(op);
      places.set(index, site.places);
      calls.set(index, asked);
    }
    loop.notes = index >= from - AHEAD && index < to;
  };
  return { places, asked: calls };
}
