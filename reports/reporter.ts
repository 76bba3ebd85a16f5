import type { RunEvent } from './events.ts';
import { Fold, type ReportModel } from './model.ts';
import type { Writer } from './writer.ts';

/** A writer with the name that it was asked for by. */
export interface NamedWriter {
  readonly name: string;
  readonly writer: Writer;
}

/** Hands every event to every writer. One that fails is told of and left out; the others, and the run, go on. */
export class Reporter {
  readonly #fold = new Fold();
  readonly #writers: readonly NamedWriter[];
  readonly #failed = new Set<NamedWriter>();
  readonly #broken: (name: string, error: unknown) => void;

  /** @param broken told of each writer that fails, once */
  constructor(writers: readonly NamedWriter[], broken: (name: string, error: unknown) => void) {
    this.#writers = writers;
    this.#broken = broken;
  }

  add(event: RunEvent): void {
    this.#fold.add(event);
    for (const named of this.#working()) {
      try {
        named.writer.event?.(event, () => this.#fold.model());
      } catch (error) {
        this.#drop(named, error);
      }
    }
  }

  /** What is known so far. */
  model(): ReportModel {
    return this.#fold.model();
  }

  /** Lets every writer finish, one after the other, so that what they print does not mix. */
  async end(): Promise<ReportModel> {
    const model = this.model();
    for (const named of this.#working()) {
      try {
        await named.writer.end?.(model);
      } catch (error) {
        this.#drop(named, error);
      }
    }
    return model;
  }

  #working(): readonly NamedWriter[] {
    return this.#writers.filter((named) => !this.#failed.has(named));
  }

  #drop(named: NamedWriter, error: unknown): void {
    this.#failed.add(named);
    this.#broken(named.name, error);
  }
}
