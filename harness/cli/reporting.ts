import { appendFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { describeError } from '../explore/outcome.ts';
import { EVENT_FILE, EventFile, EventLines, type EventSink } from '../../reports/event-file.ts';
import type { RunEvent } from '../../reports/events.ts';
import { jsonReport } from '../../reports/json.ts';
import type { ReportModel } from '../../reports/model.ts';
import { painter } from '../../reports/paint.ts';
import { Reporter } from '../../reports/reporter.ts';
import { escapeText } from '../../reports/text.ts';
import { totalLines } from '../../reports/total-text.ts';
import { writeAtomically } from '../../reports/write-atomically.ts';
import type { WriterContext } from '../../reports/writer.ts';
import { WRITERS } from '../../reports/writers.ts';
import { ensureDirectory } from './ensure-directory.ts';
import { BadArgument } from './exit-codes.ts';
import type { Io } from './io.ts';

export interface ReportingOptions {
  /** Names of `WRITERS`, each once. */
  readonly reporters: readonly string[];
  /** The report folder, as the user named it. */
  readonly output: string;
  /** One more place for `report.json`. */
  readonly json?: string;
  /**
   * How the file of events is written: as they come; at the end, old or new as a whole; or not at all, because it is
   * the one that they come from.
   */
  readonly events: 'live' | 'whole' | 'none';
}

/** One command's reports: the file of events, and the writers that were asked for. */
export class Reporting {
  readonly #io: Io;
  readonly #options: ReportingOptions;
  readonly #events: EventSink;
  readonly #reporter: Reporter;
  readonly #files: string[] = [];

  private constructor(io: Io, options: ReportingOptions, events: EventSink) {
    this.#io = io;
    this.#options = options;
    this.#events = events;
    const context = this.#context();
    const writers = options.reporters.map((name) => ({ name, writer: WRITERS[name]!.make(context) }));
    this.#reporter = new Reporter(writers, (name, error) => this.#broken(`the ${name} report`, error));
  }

  /**
   * Makes the folder and the file of events: what can't be written must not cost a run of minutes.
   * @throws BadArgument if it can't be made
   */
  static async open(io: Io, options: ReportingOptions): Promise<Reporting> {
    const { output, json } = options;
    if (json !== undefined) {
      await demand(`--json ${json}`, async () => await ensureDirectory(dirname(resolve(io.cwd, json))));
    }
    const events = await demand(`--output ${output}`, async () => {
      await ensureDirectory(resolve(io.cwd, output));
      const path = resolve(io.cwd, output, EVENT_FILE);
      if (options.events === 'live') return await EventFile.create(path);
      return new EventLines(options.events === 'whole' ? path : undefined);
    });
    return new Reporting(io, options, events);
  }

  add(event: RunEvent): void {
    this.#events.add(event);
    this.#reporter.add(event);
  }

  /** What is known so far. */
  model(): ReportModel {
    return this.#reporter.model();
  }

  /** Finishes the file of events, then all reports, and says where they are. */
  async end(): Promise<ReportModel> {
    await this.#events.close().catch((error: unknown) => this.#broken(EVENT_FILE, error));
    const model = await this.#reporter.end();
    const { json } = this.#options;
    if (json !== undefined) {
      const written = writeAtomically(resolve(this.#io.cwd, json), jsonReport(model));
      await written.catch((error: unknown) => this.#broken(json, error));
    }
    const { stdout } = this.#io;
    if (!this.#options.reporters.includes('terminal')) {
      stdout.write(`${totalLines(model, this.#paint()).join('\n')}\n`);
    }
    stdout.write(`report: ${escapeText(join(this.#options.output, this.#mainFile()))}\n`);
    return model;
  }

  /** The file that a person would open. */
  #mainFile(): string {
    return this.#files.find((name) => name.endsWith('.html')) ?? this.#files[0] ?? EVENT_FILE;
  }

  #context(): WriterContext {
    const { stdout, stepSummary } = this.#io;
    return {
      print: (text) => stdout.write(text),
      columns: stdout.columns > 40 ? stdout.columns : 120,
      paint: this.#paint(),
      write: async (name, content) => {
        await writeAtomically(resolve(this.#io.cwd, this.#options.output, name), content);
        this.#files.push(name);
      },
      lines: () => this.#events.lines,
      ...(stepSummary === undefined
        ? {}
        : { stepSummary: async (text: string) => await appendFile(stepSummary, text) }),
    };
  }

  #paint(): WriterContext['paint'] {
    return painter(this.#io.stdout.isTTY && !this.#io.noColour);
  }

  /** A report that can't be made is a pity, and no reason to lose the others. */
  #broken(what: string, error: unknown): void {
    this.#io.stderr.write(`blackout: ${what} could not be made: ${escapeText(describeError(error))}\n`);
  }
}

/** @throws BadArgument, naming the option, if a place can't be written to */
async function demand<T>(option: string, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new BadArgument(`${escapeText(option)}: the folder can't be made (${code})`);
  }
}
