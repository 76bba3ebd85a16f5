import { leastHitting } from './hitting-set.ts';

/** What is known of a set: that it is enough, that it is not, or neither. */
export type Enough = 'yes' | 'no' | 'unknown';

export interface Search<Item> {
  readonly items: readonly Item[];
  /** Whether these are enough. More of them never harm, so what contains a set that is enough is enough. */
  isEnough(items: readonly Item[]): Promise<Enough>;
  /** The cost of an item: what is looked for is the cheapest set. */
  cost(item: Item): number;
  /** Asked between two trials. */
  stops?(): boolean;
}

export interface Smallest<Item> {
  /** Undefined if not even all of them are known to be enough, or if there was no time to find any. */
  readonly set: readonly Item[] | undefined;
  /** Whether everything cheaper was shown not to be enough. */
  readonly proved: boolean;
  /** Whether all of them together are enough. */
  readonly all: Enough;
}

/**
 * The cheapest set that is enough. Each set that is not shows a core: items without any of which, whatever else there
 * is, it is not enough. The cheapest set that has one of each core is tried next, until one is enough: then no cheaper
 * one can be.
 *
 * @param cores those that are known already
 */
export async function smallest<Item>(
  search: Search<Item>,
  cores: readonly (readonly Item[])[] = [],
): Promise<Smallest<Item>> {
  const { items } = search;
  const all = await search.isEnough(items);
  if (all !== 'yes') return { set: undefined, proved: all === 'no', all };
  const known = [...cores];
  let proved = true;
  while (search.stops?.() !== true) {
    const next = leastHitting(known, (item) => search.cost(item));
    const enough = next.length === items.length ? 'yes' : await search.isEnough(next);
    if (enough === 'yes') return { set: next, proved, all };
    proved &&= enough === 'no';
    const core = await coreOf(search, next, () => (proved = false));
    if (core === undefined) break;
    known.push(core);
  }
  return { set: undefined, proved: false, all };
}

/**
 * A smallest possible part of what a set lacks that can't be missing as a whole.
 *
 * @param unsure told when something was taken for not enough that is not known
 */
async function coreOf<Item>(
  search: Search<Item>,
  set: readonly Item[],
  unsure: () => void,
): Promise<readonly Item[] | undefined> {
  const lacks = async (missing: readonly Item[]): Promise<boolean> => {
    const enough = await search.isEnough(search.items.filter((item) => !missing.includes(item)));
    if (enough === 'unknown') unsure();
    return enough !== 'yes';
  };
  /** What of `rest` has to be missing too, given that `fixed` is, and that both together are too much. */
  const split = async (
    fixed: readonly Item[],
    rest: readonly Item[],
    changed: boolean,
  ): Promise<readonly Item[]> => {
    if (search.stops?.() === true) return rest;
    if (changed && (await lacks(fixed))) return [];
    if (rest.length === 1) return rest;
    const half = Math.ceil(rest.length / 2);
    const [left, right] = [rest.slice(0, half), rest.slice(half)];
    const needed = await split([...fixed, ...left], right, true);
    const others = await split([...fixed, ...needed], left, needed.length > 0);
    return [...needed, ...others];
  };
  const missing = search.items.filter((item) => !set.includes(item));
  if (missing.length === 0) return undefined;
  return await split([], missing, false);
}
