import type { LifeRecord } from '../programs/program.ts';

/** What it takes to keep a life in memory, in changes and ops of it: some 400 bytes each. */
export class Scales {
  /** What the two disks of a life weigh besides. */
  readonly #disks: number;

  /** @param main the main life, whose disk is about as large as those of all others */
  constructor(main: LifeRecord) {
    // A disk lists all pages of a file, and shares the list with no other that differs in one of them.
    this.#disks = weightOf(main) / PAGES_LISTED;
  }

  weigh(life: LifeRecord): number {
    return weightOf(life) + this.#disks;
  }
}

/** A page that is written weighs more than a name. */
const PAGE_WEIGHT = 8;
/** Pages of such weight, in two lists, weigh as much as an op. */
const PAGES_LISTED = 128;

function weightOf({ ops }: LifeRecord): number {
  let weight = PAGE_WEIGHT;
  for (const { changes } of ops) {
    weight++;
    for (const { type } of changes) weight += type === 'page' ? PAGE_WEIGHT : 1;
  }
  return weight;
}
