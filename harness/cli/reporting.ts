import { appendFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { describeError } from '../explore/outcome.ts';
import { EVENT_FILE, EventLines, type EventSink } from '../../reports/event-file.ts';
import { EventLog } from '../../reports/event-log.ts';
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
import { earlierReport } from './earlier-report.ts';
import { ensureDirectory } from './ensure-directory.ts';
import { BadArgument } from '../runs/bad-argument.ts';
import { STDOUT } from './json-file.ts';
import type { Io, Output } from './io.ts';
import { widthOf, wrapText } from './wrap.ts';
import { lockOutput, Occupied } from './output-lock.ts';

export interface ReportingOptions {
  /** Names of `WRITERS`, each once. */
  readonly reporters: readonly string[];
  /** The report folder, as the user named it. */
  readonly output: string;
  /** The option that named it; `--output` if nothing is said. */
  readonly option?: string;
  /** One more place for `report.json`. */
  readonly json?: string;
  /**
   * How the file of events is written: as they come; at the end, old or new as a whole; or not at all, because it is
   * the one that they come from.
   */
  readonly events: 'live' | 'whole' | 'none';
  readonly quiet?: boolean;
  /** What is about to be done, to say so if it replaces the failure of something else. */
  readonly settings?: readonly string[];
  /** Open the page at the end. */
  readonly open?: boolean;
  /** Another report, to say what changed since. */
  readonly base?: ReportModel;
}

/** One command's reports: the file of events, and the writers that were asked for. */
export class Reporting {
  readonly #io: Io;
  readonly #options: ReportingOptions;
  readonly #events: EventSink;
  readonly #reporter: Reporter;
  readonly #files: string[] = [];
  readonly #unlock: () => Promise<void>;
  #ended = false;
  /** Where text goes: standard output, unless the JSON goes there. */
  readonly #text: Output;

  private constructor(
    io: Io,
    options: ReportingOptions,
    { events, unlock }: { readonly events: EventSink; readonly unlock: () => Promise<void> },
  ) {
    this.#io = io;
    this.#options = options;
    this.#events = events;
    this.#unlock = unlock;
    this.#text = options.json === STDOUT ? io.stderr : io.stdout;
    const context = this.#context();
    const writers = options.reporters.map((name) => ({ name, writer: WRITERS[name]!.make(context) }));
    this.#reporter = new Reporter(writers, (name, error) => this.#broken(`the ${name} report`, error));
  }

  /**
   * Makes the folder and the file of events: what can't be written must not cost a run of minutes.
   * @throws BadArgument if it can't be made
   */
  static async open(io: Io, options: ReportingOptions): Promise<Reporting> {
    const { output, json, option = '--output' } = options;
    if (options.open && !options.reporters.includes('html')) {
      throw new BadArgument('--open opens the page of --reporter html: add html to --reporter');
    }
    if (json !== undefined && json !== STDOUT) {
      const path = resolve(io.cwd, json);
      await demand(`--json ${json}`, async () => await ensureDirectory(dirname(path)));
      if (await isDirectory(path)) throw new BadArgument(`--json ${escapeText(json)}: it is a directory`);
    }
    const folder = resolve(io.cwd, output);
    const path = join(folder, EVENT_FILE);
    const unlock = await demand(`${option} ${output}`, async () => {
      await ensureDirectory(folder);
      return await lockOutput(folder);
    });
    try {
      await tellReplaced(path, options, io);
      const events = await demand(`${option} ${output}`, async () => {
        // Found out now, and not when it is to get its name.
        if (await isDirectory(path)) throw Object.assign(new Error(path), { code: 'EISDIR' });
        if (options.events === 'live') return await EventLog.create(path);
        return new EventLines(options.events === 'whole' ? path : undefined);
      });
      return new Reporting(io, options, { events, unlock });
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  add(event: RunEvent): void {
    this.#events.add(event);
    this.#reporter.add(event);
  }

  /** What was added belongs together. Returns when it would survive a power cut, if events are written as they come. */
  async commit(): Promise<void> {
    await this.#events.commit();
  }

  /** What is known so far. */
  model(): ReportModel {
    return this.#reporter.model();
  }

  /** Finishes the file of events, then all reports, and says where they are. */
  async end(): Promise<ReportModel> {
    this.#ended = true;
    await this.#events.close().catch((error: unknown) => this.#broken(EVENT_FILE, error));
    const model = await this.#reporter.end();
    const { json } = this.#options;
    if (json === STDOUT) this.#io.stdout.write(jsonReport(model));
    else if (json !== undefined) {
      const written = writeAtomically(resolve(this.#io.cwd, json), jsonReport(model));
      await written.catch((error: unknown) => this.#broken(json, error));
    }
    if (!this.#options.reporters.includes('terminal')) {
      this.#text.write(wrapText(`${totalLines(model, this.#paint()).join('\n')}\n`, this.#text));
    }
    this.#text.write(`report: ${escapeText(join(this.#options.output, this.#mainFile()))}\n`);
    if (this.#options.open) await this.#open();
    return model;
  }

  /** A page that nobody can be shown is still there, and the verdict is what it is. */
  async #open(): Promise<void> {
    const { output } = this.#options;
    const page = this.#files.find((name) => name.endsWith('.html'));
    if (page === undefined) return;
    const why = this.#io.openFile
      ? await this.#io.openFile(resolve(this.#io.cwd, output, page))
      : 'nothing here can';
    if (why !== undefined) {
      this.#io.stderr.write(
        `blackout: --open: ${escapeText(`${why}: open ${join(output, page)} yourself`)}\n`,
      );
    }
  }

  /** Lets go of the folder and of the file, whether all went well or not. */
  async close(): Promise<void> {
    if (!this.#ended) await this.#events.close().catch(() => {});
    await this.#unlock();
  }

  /** The file that a person would open. */
  #mainFile(): string {
    return this.#files.find((name) => name.endsWith('.html')) ?? this.#files[0] ?? EVENT_FILE;
  }

  #context(): WriterContext {
    const { stepSummary } = this.#io;
    const text = this.#text;
    return {
      print: (words) => text.write(wrapText(words, text)),
      columns: widthOf(text),
      quiet: this.#options.quiet ?? false,
      paint: this.#paint(),
      write: async (name, content) => {
        await writeAtomically(resolve(this.#io.cwd, this.#options.output, name), content);
        this.#files.push(name);
      },
      lines: () => this.#events.lines,
      ...(this.#options.base ? { base: this.#options.base } : {}),
      ...(stepSummary === undefined
        ? {}
        : { stepSummary: async (words: string) => await appendFile(stepSummary, words) }),
    };
  }

  #paint(): WriterContext['paint'] {
    return painter(this.#text.isTTY && !this.#io.noColour);
  }

  /** A report that can't be made is a pity, and no reason to lose the others. */
  #broken(what: string, error: unknown): void {
    this.#io.stderr.write(`blackout: ${what} could not be made: ${escapeText(describeError(error))}\n`);
  }
}

/** A failure that another run has found is not to go without a word. */
async function tellReplaced(path: string, { settings, output }: ReportingOptions, io: Io): Promise<void> {
  if (settings === undefined) return;
  const earlier = await earlierReport(path);
  if (!earlier || earlier.verdict === 'converged' || earlier.settings.join('\0') === settings.join('\0'))
    return;
  const what = earlier.verdict === 'counterexample' ? 'the FAIL' : 'what is no pass';
  const of = ['run', ...earlier.settings].join(' ');
  io.stderr.write(
    `blackout: ${escapeText(`--output ${output} held ${what} of \`${of}\`: it is replaced`)}\n`,
  );
}

async function isDirectory(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** @throws BadArgument, naming the option, if a place can't be written to */
async function demand<T>(option: string, make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof Occupied) {
      throw new BadArgument(
        `${escapeText(option)}: ${error.message}; wait for it, or give this one a folder of its own`,
      );
    }
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new BadArgument(`${escapeText(option)}: the folder can't be made (${code})`);
  }
}
