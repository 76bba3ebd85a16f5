import type { Journal } from '../disk/journal.ts';
import { callSite, type Place } from './call-site.ts';
import type { EventLoop } from './event-loop.ts';
import type { LifeRequest } from './program.ts';

/** A call is made some time before its op comes. Of those that overlap, more than so many are hardly ever under way. */
const AHEAD = 100;

/** Takes down where a life makes its ops, from one to another, while it is lived. */
export function notePlaces(
  journal: Journal,
  loop: EventLoop,
  { from, to }: NonNullable<LifeRequest['placed']>,
): ReadonlyMap<number, readonly Place[]> {
  const places = new Map<number, readonly Place[]>();
  loop.notes = from <= AHEAD;
  journal.onRecord = (op) => {
    const { index } = op;
    if (index >= from && index <= to) places.set(index, callSite(op).places);
    loop.notes = index >= from - AHEAD && index < to;
  };
  return places;
}
