import type { Core } from '../../disk/core/core.ts';
import type { Image } from '../../disk/image/image.ts';
import type { Acknowledgement, Life } from '../scenario.ts';
import type { JournalChange } from './edits.ts';
import { rearranged, type Unit } from './rearranged.ts';

/** A life whose journal is written once more when it is over, as if the program had done the same in another way. */
export class Again {
  /** What the program gets. */
  readonly life: Life;
  readonly #life: Life;
  readonly #core: Core;
  readonly #boot: Image;
  readonly #units: readonly Unit[];
  readonly #promises: { readonly after: number; readonly what: Acknowledgement }[] = [];

  /** @param units what has been done, op by op, as the life goes on */
  constructor(life: Life, core: Core, units: readonly Unit[]) {
    this.#life = life;
    this.#core = core;
    this.#units = units;
    this.#boot = core.image.fork();
    const acknowledge = (what: Acknowledgement): void =>
      void this.#promises.push({ after: this.#units.length, what });
    this.life = { ...life, acknowledge };
  }

  /**
   * Writes the journal anew. What was promised is promised once all is done that was done before.
   * @throws Impossible if there is no such way
   */
  enact(change: JournalChange): void {
    const { ops } = this.#core.journal;
    const pieces = rearranged(this.#units, change, this.#boot, this.#core.image);
    const promises = [...this.#promises];
    const done = new Set<number>();
    const promise = (): void => {
      while (promises[0] && isDone(promises[0].after, done)) this.#life.acknowledge(promises.shift()!.what);
    };
    ops.length = 0;
    promise();
    for (const { ops: next, does } of pieces) {
      for (const op of next) ops.push({ ...op, index: ops.length + 1 });
      for (const unit of does) done.add(unit);
      promise();
    }
  }
}

function isDone(units: number, done: ReadonlySet<number>): boolean {
  for (let unit = 0; unit < units; unit++) if (!done.has(unit)) return false;
  return true;
}
