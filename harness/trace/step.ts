import type { Call } from './lines.ts';
import type { Process } from './processes.ts';
import type { RecordedLife } from './recorded-life.ts';

/** One recorded call, about to be made once more. */
export interface Step {
  readonly life: RecordedLife;
  readonly process: Process;
  readonly call: Call;
  readonly args: readonly string[];
  /** It returned an error: it changed nothing, but the program has learned something. */
  readonly failed: boolean;
  /** What it returned, as a number. */
  readonly value: number;
}

/** Makes a call on the simulated disk. It succeeded on the real one: if it does not here, the record is wrong. */
export type Handler = (step: Step) => void;
