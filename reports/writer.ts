import type { RunEvent } from './events.ts';
import type { ReportModel } from './model.ts';
import type { Paint } from './paint.ts';

/**
 * Makes one kind of report. It may look at events as they come, and writes at the end. All that it shows comes from the
 * events, so it makes the same report of a run, of shards that were put together, and of an old file.
 */
export interface Writer {
  /** Takes in an event; `model` gives what is known by then. */
  event?(event: RunEvent, model: () => ReportModel): void;
  end?(model: ReportModel): Promise<void> | void;
}

/** What a writer is given to write with. */
export interface WriterContext {
  /** Text for whoever reads the command's output. */
  print(text: string): void;
  /** Width of that output in characters. */
  readonly columns: number;
  /** Say nothing of what converges but the verdict. */
  readonly quiet?: boolean;
  readonly paint: Paint;
  /** Writes a file of the report folder, whole or not at all. */
  write(name: string, content: string | Uint8Array): Promise<void>;
  /** All events so far, as the lines of `events.jsonl`. */
  lines(): readonly string[];
  /** Another report, to say what changed since; absent if nobody named one. */
  readonly base?: ReportModel;
  /** Adds text to GitHub's page of the job step; absent elsewhere. */
  readonly stepSummary?: (text: string) => Promise<void>;
}

/** A kind of report, as the registry knows it. */
export interface WriterKind {
  /** One sentence for `--help`. */
  readonly summary: string;
  make(context: WriterContext): Writer;
}
