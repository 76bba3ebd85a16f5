import type { CommitHook } from '../../disk/core/commit-hook.ts';
import type { Core } from '../../disk/core/core.ts';
import type { Draft } from '../../disk/core/draft.ts';
import { isSync } from '../../persistence/rules.ts';
import { callSite, type CallSite } from '../call-site.ts';
import type { Acting, AddedSync, SyncEdits } from './edits.ts';
import { syncNextTo, syncOfAll } from './next-to.ts';

/** An op of a life, as it is committed. */
export interface Seen {
  readonly part: Acting;
  readonly site: CallSite;
  readonly draft: Readonly<Draft>;
  /** The number that it gets in the journal. */
  readonly index: number;
}

/** Told of what happens in the lives of an edited scenario. */
export interface Watcher {
  begins?(part: Acting, core: Core): void;
  /** An op that happens, of the program's own. */
  op?(seen: Seen): void;
}

/** One life's share of the edits. */
export class Hook implements CommitHook {
  readonly #part: Acting;
  readonly #core: Core;
  readonly #watcher: Watcher | undefined;
  /** By call site: which of the syncs there are left out; undefined for all. */
  readonly #without = new Map<string, Set<number> | undefined>();
  readonly #added: readonly AddedSync[];
  readonly #counts = new Map<string, number>();
  #site: CallSite | undefined;
  /** What has been done, op by op. */
  readonly units: Draft[][] = [];

  constructor(part: Acting, core: Core, { without = [], added = [] }: SyncEdits, watcher?: Watcher) {
    this.#part = part;
    this.#core = core;
    this.#watcher = watcher;
    for (const { part: of, site, nth } of without) {
      if (of !== part) continue;
      const known = this.#without.get(site);
      if (nth === undefined || (this.#without.has(site) && !known)) this.#without.set(site, undefined);
      else this.#without.set(site, new Set([...(known ?? []), nth]));
    }
    this.#added = added.filter((each) => each.part === part);
  }

  begin(): void {
    if (this.#added.some(({ when }) => when === 'begin')) this.#core.commit(syncOfAll());
  }

  leavesOut(draft: Readonly<Draft>): boolean {
    this.#site = undefined;
    if (!isSync(draft) || this.#without.size === 0) return false;
    const { key } = this.#here(draft);
    if (!this.#without.has(key)) return false;
    const nth = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, nth);
    return this.#without.get(key)?.has(nth) ?? true;
  }

  before(draft: Readonly<Draft>): readonly Draft[] {
    const added = this.#nextTo(draft, 'before');
    const index = this.#core.journal.length + 1 + added.length;
    this.#watcher?.op?.({ part: this.#part, site: this.#here(draft), draft, index });
    this.units.push([...added, draft]);
    return added;
  }

  after(draft: Readonly<Draft>): readonly Draft[] {
    const added = this.#nextTo(draft, 'after');
    this.units.at(-1)!.push(...added);
    return added;
  }

  #here(draft: Readonly<Draft>): CallSite {
    return (this.#site ??= callSite(draft));
  }

  #nextTo(draft: Readonly<Draft>, when: AddedSync['when']): readonly Draft[] {
    const here = this.#added.filter((each) => each.when === when && each.kind === draft.kind);
    if (here.length === 0) return [];
    const { key } = this.#here(draft);
    return here
      .filter(({ site }) => site === key)
      .flatMap(({ target }) => syncNextTo(draft, target, this.#core.image) ?? []);
  }
}
