import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Folder } from '../../trace/folder.ts';
import { homeOf, searchPath } from '../../trace/environment.ts';
import { run } from '../../trace/running.ts';
import type { Acknowledgement } from '../scenario.ts';
import type { Answer, TracedDefinition, Words } from './definition.ts';

const TIME_LIMIT = 10_000;

/** A folder in which commands run, and the words that lead there. */
export interface Slot {
  readonly folder: Folder;
  readonly enter: readonly string[];
}

/** A command, and who wants to know. */
export interface Asked {
  readonly words: Words;
  readonly acknowledged?: readonly Acknowledgement[];
  readonly until?: AbortSignal | undefined;
}

/** How the commands of one scenario are run: with what around them, and how long. All folders are the same to them. */
export class Commands {
  readonly env: Readonly<Record<string, string>>;
  readonly timeLimit: number;
  readonly #here: string;
  readonly #dir: string;

  constructor(definition: TracedDefinition, folder: Folder, file: string) {
    this.#dir = folder.disk;
    this.#here = dirname(file);
    this.timeLimit = definition.timeLimit ?? TIME_LIMIT;
    this.env = {
      PATH: searchPath(),
      HOME: homeOf(folder.cwd),
      TZ: 'UTC',
      LANG: 'C.UTF-8',
      ...definition.env,
    };
  }

  /** The words as they are run. */
  words(words: Words, acknowledged: readonly Acknowledgement[] = []): Words {
    const [program, ...rest] = words.map((word) =>
      word
        .replaceAll('{here}', this.#here)
        .replaceAll('{dir}', this.#dir)
        .replaceAll('{acknowledged}', acknowledged.at(-1) ?? ''),
    );
    // A program that is named with dots lies beside the scenario, as a module would.
    return [/^\.\.?\//.test(program!) ? resolve(this.#here, program!) : program!, ...rest];
  }

  /** Runs a command without recording it. */
  async ask({ folder, enter }: Slot, { words, acknowledged = [], until }: Asked): Promise<Answer> {
    const { env, timeLimit } = this;
    const [stdout, stderr] = [join(folder.side, 'stdout'), join(folder.side, 'stderr')];
    folder.lend();
    const promised = { BLACKOUT_ACKNOWLEDGED: acknowledged.join('\n') };
    const ended = await run({
      argv: [...enter, ...this.words(words, acknowledged)],
      cwd: folder.cwd,
      env: { ...env, ...promised },
      stdout,
      stderr,
      timeLimit,
      ...(until ? { until } : {}),
    });
    if (ended.failed !== undefined) throw new Error(`${words[0]!} can't be started: ${ended.failed}`);
    if (ended.late) throw new Error(`${words[0]!} does not end within ${timeLimit / 1000} s`);
    return {
      code: ended.code ?? -1,
      output: readFileSync(stdout, 'utf8'),
      errors: readFileSync(stderr, 'utf8'),
    };
  }
}

/** The last thing that a program said before it failed, in one line. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
