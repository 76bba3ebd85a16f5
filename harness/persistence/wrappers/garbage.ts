import { makePage } from '../../disk/image/page.ts';
import { PAGE_SIZE } from '../../disk/image/types.ts';
import type { Change, Op } from '../../disk/journal.ts';
import type { Effect, Machine, PersistenceModel, Standing } from '../model.ts';

type PageChange = Extract<Change, { type: 'page' }>;

/**
 * A disk on which new blocks show what was in them before: old bytes of other files, until the data are there. Where the
 * size of a file may be durable before its data, a log ends in such bytes (etcd#14098), and not in zeros.
 */
export function withGarbage(model: PersistenceModel): PersistenceModel {
  const old =
    'A page that a write adds to a file, or the part of one, may hold old bytes of the disk before its data is there: an effect on its own, which needs what the data needs.';
  const { pages: _, ...whole } = model;
  return {
    ...whole,
    name: `${model.name}+garbage`,
    summary: `${model.summary}; new blocks hold old bytes of the disk`,
    source: `${model.source}; for the garbage: ALICE (OSDI 2014), Table 2; Documentation/admin-guide/ext4.rst on data=writeback; etcd#14098`,
    rules: [
      ...model.rules,
      model.neverTears ? 'A size is never durable before its data, so no old bytes are seen.' : old,
    ],
    start: (boot) => (model.neverTears ? model.start(boot) : new GarbageMachine(model.start(boot))),
  };
}

/** Puts garbage before each page that extends a file; all else is the model's. */
class GarbageMachine implements Machine {
  readonly #base: Machine;

  constructor(base: Machine) {
    this.#base = base;
  }

  split(op: Op, pending: readonly Effect[]): readonly (readonly Change[])[] {
    const groups = this.#base.split(op, pending);
    if (op.kind !== 'write') return groups;
    const first = new Map<readonly Change[], PageChange[]>();
    for (const page of extending(op)) {
      const data = groups.find((group) => group.some((change) => isDataOf(change, page)));
      if (data) first.set(data, [...(first.get(data) ?? []), garbagePage(op, page)]);
    }
    return groups.flatMap((group) => [...(first.get(group) ?? []).map((page) => [page]), group]);
  }

  precedes(effect: Effect, earlier: readonly Effect[]): readonly Effect[] {
    return this.#base.precedes(effect, earlier);
  }

  excludes(effect: Effect, earlier: readonly Effect[]): readonly Effect[] {
    return this.#base.excludes?.(effect, earlier) ?? [];
  }

  syncs(op: Op, pending: readonly Effect[]): readonly Effect[] {
    return this.#base.syncs(op, pending);
  }

  fails(op: Op, pending: readonly Effect[]): readonly Effect[] {
    return this.#base.fails?.(op, pending) ?? [];
  }

  carries(effect: Effect): readonly Effect[] {
    return this.#base.carries?.(effect) ?? effect.needs;
  }

  memory(standing: Standing): string | undefined {
    return this.#base.memory?.(standing);
  }
}

/** The pages of a write that raise the size of the file. */
function extending({ changes }: Op): readonly PageChange[] {
  return changes.flatMap((change, i) =>
    change.type === 'page' && changes[i - 1]?.type === 'grow' ? [change] : [],
  );
}

/** Whether a change is about the bytes of a page, or of a sector of it. */
function isDataOf(change: Change, { ino, index }: PageChange): boolean {
  return (change.type === 'page' || change.type === 'sector') && change.ino === ino && change.index === index;
}

/** What new blocks hold: lines of text, so that a parser of lines, of lengths and of fixed records takes it for some. */
const OLD_BYTES = Buffer.alloc(PAGE_SIZE, 'old bytes of the disk\n', 'latin1');

/** The page as the write found it, with old bytes where the write put data. */
function garbagePage({ offset = 0, length = 0 }: Op, change: PageChange): PageChange {
  const bytes = new Uint8Array(PAGE_SIZE);
  bytes.set(change.page?.bytes ?? []);
  const start = change.index * PAGE_SIZE;
  const from = Math.max(0, offset - start);
  const to = Math.min(PAGE_SIZE, offset + length - start);
  bytes.set(OLD_BYTES.subarray(from, to), from);
  return { ...change, page: makePage(bytes) };
}
