import type { Life } from '../scenario.ts';

const PROMISE = /^acknowledged: ?(.*)$/;
const PHASE = /^phase: ?(.*)$/;

/** Listens to what a program writes, piece by piece, for lines that are promises, or name a part of its life. */
export class Listener {
  #line = '';
  readonly #life: Pick<Life, 'acknowledge' | 'phase'>;

  constructor(life: Pick<Life, 'acknowledge' | 'phase'>) {
    this.#life = life;
  }

  hear(text: string): void {
    const lines = (this.#line + text).split('\n');
    this.#line = lines.pop()!;
    for (const line of lines) this.#tell(line);
  }

  /** A last line may lack its end. */
  end(): void {
    this.#tell(this.#line);
    this.#line = '';
  }

  #tell(line: string): void {
    const promise = PROMISE.exec(line)?.[1];
    if (promise !== undefined) this.#life.acknowledge(promise);
    const phase = PHASE.exec(line)?.[1];
    if (phase !== undefined) this.#life.phase(phase);
  }
}
