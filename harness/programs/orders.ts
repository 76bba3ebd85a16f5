import type { Op } from '../disk/journal.ts';
import type { Departure } from './event-loop.ts';
import type { LifeRecord, LifeRequest, Program } from './program.ts';

/** A life in one of the orders in which its calls may take effect. */
export interface OrderedLife {
  readonly order: readonly Departure[];
  readonly life: LifeRecord;
}

export interface Orders {
  /** The distinct lives, the one in the order of the calls first, then those with fewer departures. */
  readonly lives: readonly OrderedLife[];
  /** How many orders were tried. */
  readonly tried: number;
  /** Whether these are all with so many departures: false if there were more than the limit. */
  readonly isWhole: boolean;
}

/**
 * Lives one life in every order of its overlapping calls that departs at most so often from the order in which they
 * were made. Orders that come to the same record are one, which is the only reduction that is safe: a program sees
 * which of two calls is done first even if they have nothing to do with each other on the disk, and locks, counters
 * and queues in its memory pass that on to whatever it does next; and after a cut, which of two was first is to be
 * seen on a disk that keeps their order.
 *
 * @param departures at most so many in one order
 * @param max orders to try at most
 */
export async function livesInOrders(
  program: Program,
  request: LifeRequest,
  departures: number,
  max: number,
): Promise<Orders> {
  const distinct = new Map<string, OrderedLife>();
  const orders: (readonly Departure[])[] = [[]];
  let tried = 0;
  for (const order of orders) {
    if (tried === max) return { lives: [...distinct.values()], tried, isWhole: false };
    tried++;
    const life = await program.live({ ...request, order });
    const key = recordKey(life);
    if (!distinct.has(key)) distinct.set(key, { order, life });
    if (order.length < departures) orders.push(...furtherOrders(order, life));
  }
  return { lives: [...distinct.values()], tried, isWhole: true };
}

/** An order with one departure more, after those that it has. */
function furtherOrders(order: readonly Departure[], { steps }: LifeRecord): (readonly Departure[])[] {
  const from = order.at(-1)?.step ?? -1;
  return steps.flatMap(({ step, waiting }) =>
    step <= from ? [] : waiting.slice(1).map((_, i) => [...order, { step, pick: i + 1 }]),
  );
}

/** What of a life matters to anybody: its ops and what they write, its promises, how it ended. */
function recordKey({ ops, acknowledged, ending, cutOff }: LifeRecord): string {
  return JSON.stringify([ops.map(opKey), acknowledged, ending.type, cutOff]);
}

function opKey(op: Op): unknown {
  const changes = op.changes.map((change) => {
    if (change.type !== 'page') return change;
    const { ino, index, page } = change;
    return [ino, index, page && [page.a, page.b, page.c, page.d]];
  });
  return [op.kind, op.path, op.to, op.offset, op.length, op.birth?.inode.mode, changes];
}
