import type { Core } from '../../disk/core/core.ts';
import { hashKey } from '../../disk/image/hash-key.ts';
import type { Image } from '../../disk/image/image.ts';
import { listTree } from '../../disk/image/tree.ts';
import { Folder } from '../../trace/folder.ts';
import { ignoring } from '../../trace/ignored.ts';
import { record, type Life as Recorded } from '../../trace/record.ts';
import { Unfollowed } from '../../trace/unfollowed.ts';
import { CantTell } from '../cant-tell.ts';
import { coreOf } from '../life.ts';
import { callerOf, fileOf } from '../node/target.ts';
import { type Acknowledgement, type Findings, type Life, scenario, type Scenario } from '../scenario.ts';
import { Commands, lastLine } from './commands.ts';
import type { Answer, TracedDefinition, Words } from './definition.ts';
import { Recoveries } from './recoveries.ts';
import { Listener } from './said.ts';
import { waitFor } from './wait.ts';

/**
 * Declares a scenario of a Linux program that knows nothing of Blackout: each of its lives is really lived, in a real
 * directory, and its system calls are made once more on the simulated disk.
 */
export function traced(definition: TracedDefinition): Scenario {
  const {
    dir: _dir,
    setup: _setup,
    ignore: _ignore,
    env: _env,
    timeLimit: _limit,
    recoverEach: _each,
    from,
    ...rest
  } = definition;
  const file = from === undefined ? callerOf(traced) : fileOf(from);
  let program: TracedProgram | undefined;
  // Made when it is first needed: to list scenarios must cost no folder.
  const made = (): TracedProgram => (program ??= new TracedProgram(definition, file));
  return scenario({
    ...rest,
    setup: async (life) => await made().setup(life),
    run: async (life) => await made().run(life),
    recover: async (life) => await made().recover(life),
    check: async (life, acknowledged) => await made().check(coreOf(life), acknowledged),
  });
}

class TracedProgram {
  readonly #definition: TracedDefinition;
  readonly #commands: Commands;
  readonly #recoveries: Recoveries;
  #setup: Image | undefined;
  readonly #runs = new Map<string, Recorded>();

  constructor(definition: TracedDefinition, file: string) {
    this.#definition = definition;
    const folder = new Folder(definition.dir ?? 'data', ignoring(definition.ignore ?? []));
    this.#commands = new Commands(definition, folder, file);
    const recorded = async (boot: Image): Promise<Recorded> =>
      await this.#record(definition.recover!, boot, true);
    this.#recoveries = new Recoveries(recorded, definition.recoverEach);
  }

  /** Made once: a second disk that is meant to be the same might have other times and names in it. */
  async setup(life: Life): Promise<void> {
    this.#setup ??= await waitFor(async () => await this.#makeDisk());
    copyTo(coreOf(life), this.#setup);
  }

  async #makeDisk(): Promise<Image> {
    const { setup = [] } = this.#definition;
    const isOne = setup.every((word) => typeof word === 'string');
    for (const words of isOne ? (setup.length > 0 ? [setup] : []) : setup) {
      const answer = await this.#commands.ask(words);
      if (answer.code !== 0) throw failed(words, answer);
    }
    return this.#commands.folder.read();
  }

  /**
   * Recorded once. A life that is asked for again is lived again, to see that it can be, and may differ in what nobody
   * can make the same: what is explored is the record.
   */
  async run(life: Life): Promise<void> {
    const boot = coreOf(life).image.fork();
    const key = hashKey(boot.hash);
    let recorded = this.#runs.get(key);
    if (!recorded) {
      recorded = await waitFor(async () => await this.#record(this.#definition.run, boot, false));
      this.#runs.set(key, recorded);
    }
    this.#live(life, recorded, this.#definition.run);
  }

  async recover(life: Life): Promise<void> {
    const { recover } = this.#definition;
    if (recover === undefined) return;
    const boot = coreOf(life).image.fork();
    const recorded = await waitFor(
      async () => await cantTell(async () => await this.#recoveries.recover(boot)),
    );
    this.#live(life, recorded, recover);
  }

  async #record(words: Words, boot: Image, looks: boolean): Promise<Recorded> {
    const { env, timeLimit, folder } = this.#commands;
    const argv = this.#commands.words(words);
    folder.fill(boot);
    folder.lend();
    return await cantTell(async () => await record(folder, boot, { argv, env, timeLimit, looks }));
  }

  /** Makes the recorded calls in a life, with what was said among them, and ends as they did. */
  #live(life: Life, recorded: Recorded, words: Words): void {
    const core = coreOf(life);
    if (core.faults) throw new CantTell('calls of a recorded program can not be made to fail');
    const listener = new Listener(life);
    try {
      recorded.again(core, (text) => listener.hear(text));
    } catch (error) {
      // On the machine all of the disk is one file system; the life may have several.
      throw error instanceof Unfollowed ? new CantTell(error.message) : error;
    }
    listener.end();
    const { code, signal, late } = recorded.ended;
    if (late) throw new Error(`${words[0]!} does not end within ${this.#commands.timeLimit / 1000} s`);
    if (code !== 0) throw failed(words, { code: code ?? -1, output: '', errors: recorded.errors }, signal);
  }

  async check(core: Core, acknowledged: readonly Acknowledgement[]): Promise<Findings> {
    const image = core.image.fork();
    return await waitFor(async () => {
      this.#commands.folder.fill(image);
      const { check } = this.#definition;
      if (typeof check === 'function') {
        this.#commands.folder.lend();
        const ask = async (words: Words): Promise<Answer> => await this.#commands.ask(words, acknowledged);
        return await check({ dir: this.#commands.folder.disk, acknowledged, ask });
      }
      return findingsOf(check, await this.#commands.ask(check, acknowledged));
    });
  }
}

/** What a check says by its exit code and its output. */
function findingsOf(words: Words, answer: Answer): Findings {
  const { code, output } = answer;
  if (code === 0) return [];
  if (code < 0 || code >= 126) throw failed(words, answer);
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const said = lines.length > 0 ? lines : [`exit code ${code}`];
  return said.map((line) => {
    const lost = /^lost: ?(.*)$/.exec(line)?.[1];
    if (lost !== undefined)
      return { invariant: 'what was acknowledged is kept', message: lost, kind: 'lost' };
    return { invariant: 'the check finds nothing', message: line, kind: 'corrupt' };
  });
}

function failed(words: Words, { code, errors }: Answer, signal?: string): Error {
  const how = signal === undefined ? `ends with ${code}` : `is ended by ${signal}`;
  const why = lastLine(errors);
  return new Error(`${words[0]!} ${how}${why === '' ? '' : `: ${why}`}`);
}

async function cantTell<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Unfollowed ? new CantTell(error.message) : error;
  }
}

/** Puts a tree on an empty disk. */
function copyTo(core: Core, image: Image): void {
  core.umask = 0;
  for (const [path, entry] of listTree(image)) {
    if (entry.type === 'dir') {
      core.mkdir(path, entry.mode);
      core.chmod(path, entry.mode);
    } else if (entry.sameAs !== undefined) core.link(entry.sameAs, path);
    else if (entry.type === 'symlink') core.symlink(entry.target, path);
    else core.writeFile(path, entry.content, { mode: entry.mode });
  }
  core.umask = 0o022;
  core.chmod('/', image.inode(1)!.mode);
}
