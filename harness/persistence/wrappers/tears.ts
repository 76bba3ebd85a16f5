import { sectorOf } from '../../disk/image/page.ts';
import { PAGE_SIZE, SECTOR_SIZE } from '../../disk/image/types.ts';
import type { Change, Op } from '../../disk/journal.ts';
import { GONE, type Effect, type Machine, type PersistenceModel, type Standing } from '../model.ts';

type PageChange = Extract<Change, { type: 'page' }>;
type SectorChange = Extract<Change, { type: 'sector' }>;

/**
 * A disk that writes sectors of 512 bytes whole, and nothing larger. What a file system protects against tears, by a
 * journal or by never overwriting, is one effect with its size or its name, and stays one.
 */
export function withTears(model: PersistenceModel): PersistenceModel {
  const torn =
    'Where a page of data is an effect on its own, each sector of 512 bytes that the write touched is one instead.';
  const { pages: _, ...whole } = model;
  return {
    ...whole,
    name: `${model.name}+tears`,
    summary: `${model.summary}; pages tear at 512 bytes`,
    source: `${model.source}; for the tears: ALICE (OSDI 2014), section 3, and the atomic write unit of disks, 512 bytes`,
    rules: [
      ...model.rules,
      model.neverTears ? 'No page is overwritten in place, so none is seen torn.' : torn,
    ],
    start: (boot) => (model.neverTears ? model.start(boot) : new TornMachine(model.start(boot))),
  };
}

type Drafted = { -readonly [Field in keyof Effect]: Effect[Field] };

/** Asks the model about whole pages, and gives each sector of a page the answer for the page. */
class TornMachine implements Machine {
  readonly #base: Machine;
  /** By a sector: the page that the model knows. */
  readonly #pages = new WeakMap<Change, PageChange>();
  /** By an effect that is one sector: the same as an effect of the whole page, as the model knows it. */
  readonly #wholes = new WeakMap<Effect, Drafted>();
  /**
   * Files that were cut in this life, or whose sync has failed: their pages may differ from what is on the disk beyond
   * what a write touches.
   */
  readonly #cut = new Set<number>();

  constructor(base: Machine) {
    this.#base = base;
  }

  split(op: Op, pending: readonly Effect[]): readonly (readonly Change[])[] {
    for (const change of op.changes) if (change.type === 'truncate') this.#cut.add(change.ino);
    return this.#base.split(op, pending.map(this.#whole)).flatMap((group): (readonly Change[])[] => {
      const [page] = group;
      if (group.length !== 1 || page?.type !== 'page') return [group];
      const touched = op.kind === 'write' && op.ino === page.ino && !this.#cut.has(op.ino);
      return sectorsOf(page, touched ? op : undefined).map((sector) => {
        this.#pages.set(sector, page);
        return [sector];
      });
    });
  }

  precedes(effect: Effect, earlier: readonly Effect[]): readonly Effect[] {
    const page = effect.changes[0] && this.#pages.get(effect.changes[0]);
    if (page) this.#wholes.set(effect, { ...effect, changes: [page] });
    return this.#torn(this.#base.precedes(this.#whole(effect), earlier.map(this.#whole)), earlier);
  }

  excludes(effect: Effect, earlier: readonly Effect[]): readonly Effect[] {
    const excluded = this.#base.excludes?.(this.#whole(effect), earlier.map(this.#whole)) ?? [];
    return this.#torn(excluded, earlier);
  }

  syncs(op: Op, pending: readonly Effect[]): readonly Effect[] {
    return this.#torn(this.#base.syncs(op, pending.map(this.#whole)), pending);
  }

  fails(op: Op, pending: readonly Effect[]): readonly Effect[] {
    this.#cut.add(op.ino);
    return this.#base.fails?.(op, pending) ?? [];
  }

  logs(effect: Effect, op: Op): readonly Change[] {
    return this.#base.logs?.(effect, op) ?? effect.changes;
  }

  carries(effect: Effect): readonly Effect[] {
    return this.#base.carries?.(effect) ?? effect.needs;
  }

  memory(standing: Standing): string | undefined {
    const { name } = standing;
    const cut = [...this.#cut].map(name).filter((each) => each !== GONE);
    const base = this.#base.memory?.({ ...standing, pending: standing.pending.map(this.#whole) });
    return cut.length === 0 || base === undefined ? base : `${base}|${cut.sort().join()}`;
  }

  readonly #whole = (effect: Effect): Effect => {
    const whole = this.#wholes.get(effect);
    return whole ? Object.assign(whole, { needs: effect.needs, excludes: effect.excludes }) : effect;
  };

  /** Effects as there are, for those that the model has named; where it means a page, all sectors of that. */
  #torn(named: readonly Effect[], from: readonly Effect[]): readonly Effect[] {
    const pages = new Set(named.map(({ changes }) => changes[0]));
    const effects = new Set(named);
    return from.filter((effect) => {
      const whole = this.#wholes.get(effect);
      return whole ? pages.has(whole.changes[0]) : effects.has(effect);
    });
  }
}

/** The sectors of a page that a write touched; all of them without one. */
function sectorsOf({ ino, index, page }: PageChange, write: Op | undefined): readonly SectorChange[] {
  const base = index * PAGE_SIZE;
  const from = write ? Math.max(0, write.offset! - base) : 0;
  const to = write ? Math.min(PAGE_SIZE, write.offset! + write.length! - base) : PAGE_SIZE;
  const sectors: SectorChange[] = [];
  for (let sector = Math.floor(from / SECTOR_SIZE); sector * SECTOR_SIZE < to; sector++) {
    sectors.push({ type: 'sector', ino, index, sector, bytes: sectorOf(page, sector) });
  }
  return sectors;
}
