import type { OpKind } from '../../disk/journal.ts';
import { isSync } from '../../persistence/rules.ts';
import type { CallSite, Place } from '../../programs/call-site.ts';
import type { Seen, Watcher } from '../../programs/syncs/hook.ts';
import type { Acting, Target } from '../../programs/syncs/edits.ts';
import { targetsOf } from '../../programs/syncs/next-to.ts';

/** All ops of one kind that are made at one place, on one way through the source, in one kind of life. */
export interface Site {
  readonly part: Acting;
  /** Of its call site. */
  readonly key: string;
  readonly places: readonly Place[];
  readonly kind: OpKind;
  readonly paths: Set<string>;
  /** The new name, where there is one, of its first op. */
  readonly to: string | undefined;
  /** What may be synced next to it. */
  readonly targets: Set<Target>;
  /** Its ops in the main life, uncut. */
  readonly ops: number[];
  /** Lives that come through, calls in all of them, and the most in one: of recoveries, or of the main life. */
  lives: number;
  calls: number;
  most: number;
}

/** Takes down where the lives of a scenario make their ops, over any number of explorations. */
export class Sites implements Watcher {
  readonly #sites = new Map<string, Site>();
  #mainLives = 0;
  #here = new Map<Site, number>();

  begins(part: Acting): void {
    this.#here = new Map();
    if (part === 'run') this.#mainLives++;
  }

  op({ part, site, draft, index }: Seen): void {
    const found = this.#siteOf(part, site, draft);
    found.paths.add(draft.path);
    if (!isSync(draft)) for (const target of targetsOf(draft)) found.targets.add(target);
    // The main life is lived again and again, and always the same unless something fails in it.
    if (part === 'run' && this.#mainLives > 1) return;
    if (part === 'run') found.ops.push(index);
    const calls = (this.#here.get(found) ?? 0) + 1;
    this.#here.set(found, calls);
    found.calls++;
    if (calls === 1) found.lives++;
    found.most = Math.max(found.most, calls);
  }

  /** In the order in which they come up, those of the main life first. */
  get all(): readonly Site[] {
    const all = [...this.#sites.values()];
    return [...all.filter(({ part }) => part === 'run'), ...all.filter(({ part }) => part === 'recover')];
  }

  get syncs(): readonly Site[] {
    return this.all.filter((site) => isSync(site));
  }

  #siteOf(part: Acting, { key, places }: CallSite, { kind, to }: Seen['draft']): Site {
    const name = `${part} ${kind} ${key}`;
    let site = this.#sites.get(name);
    if (site === undefined) {
      const none = {
        paths: new Set<string>(),
        targets: new Set<Target>(),
        ops: [],
        lives: 0,
        calls: 0,
        most: 0,
      };
      site = { part, key, places, kind, to, ...none };
      this.#sites.set(name, site);
    }
    return site;
  }
}
