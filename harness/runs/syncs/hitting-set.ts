/**
 * The cheapest set that has an item of each of the others. Exact: branch and bound, which is quick for the few and small
 * sets that come up here.
 */
export function leastHitting<Item>(
  sets: readonly (readonly Item[])[],
  cost: (item: Item) => number,
): readonly Item[] {
  let best: readonly Item[] = [...new Set(sets.flat())];
  let least = total(best, cost);
  const go = (chosen: readonly Item[], spent: number): void => {
    if (spent >= least && chosen.length > 0) return;
    const open = sets.filter((set) => !set.some((item) => chosen.includes(item)));
    if (open.length === 0) {
      if (spent < least || chosen.length === 0) [best, least] = [chosen, spent];
      return;
    }
    // The smallest set leaves the least choice.
    const narrow = open.reduce((one, other) => (other.length < one.length ? other : one));
    for (const item of [...narrow].sort((one, other) => cost(one) - cost(other))) {
      go([...chosen, item], spent + cost(item));
    }
  };
  go([], 0);
  return best;
}

function total<Item>(items: readonly Item[], cost: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + cost(item), 0);
}
