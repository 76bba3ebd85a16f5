import { keyText } from './key-text.ts';
import type { StateNode } from './exploration.ts';
import type { LivedLife } from './lives.ts';
import type { MainLife } from './main-life.ts';
import type { Verdict } from './outcome.ts';
import type { Recoveries } from './recoveries.ts';

/** A state that was recovered, and what that came to. */
export interface Recovered extends LivedLife {
  readonly verdict: Verdict;
  /** See `StateNode.final`. */
  readonly final: string | undefined;
}

/**
 * What one exploration leaves to another of the same scenario under the same model, that lets lives end in more ways: the
 * main life, the recoveries of the disks that cuts leave, and what the checks said. Nothing of that depends on how lives may
 * end. It is kept for small explorations only; a larger one is not gone through a second time.
 */
export class Remembered {
  main: MainLife | undefined;
  recoveries: Recoveries | undefined;
  readonly #max: number;
  readonly #states = new Map<string, Recovered>();
  #forgotten = false;

  /** @param max states that are remembered; if there are more, none is */
  constructor(max: number) {
    this.#max = max;
  }

  of(node: StateNode): Recovered | undefined {
    return isPlain(node) ? this.#states.get(keyText(node.key)) : undefined;
  }

  add(node: StateNode, recovered: Recovered): void {
    if (this.#forgotten || !isPlain(node)) return;
    this.#states.set(keyText(node.key), recovered);
    if (this.#states.size <= this.#max) return;
    this.#states.clear();
    this.#forgotten = true;
  }
}

/** Whether a state is a disk after a cut, and nothing else. */
function isPlain({ cut, part }: StateNode): boolean {
  return part === 'recover' && cut !== undefined && !cut.kill;
}
