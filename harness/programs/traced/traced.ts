import { Core } from '../../disk/core/core.ts';
import { hashKey } from '../../disk/image/hash-key.ts';
import type { Image } from '../../disk/image/image.ts';
import { listTree } from '../../disk/image/tree.ts';
import { Folder } from '../../trace/folder.ts';
import { ignoring } from '../../trace/ignored.ts';
import { record, type Life as Recorded } from '../../trace/record.ts';
import { SharedMapping, Unfollowed } from '../../trace/unfollowed.ts';
import { CantTell } from '../cant-tell.ts';
import { coreOf } from '../life.ts';
import { callerOf, fileOf } from '../node/target.ts';
import { type Acknowledgement, type Findings, type Life, scenario, type Scenario } from '../scenario.ts';
import { withForesight } from '../foresight.ts';
import { Ahead } from './ahead.ts';
import { Commands, lastLine, type Slot } from './commands.ts';
import { Crew } from './crew.ts';
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
    atOnce: _atOnce,
    recoverEach: _each,
    from,
    ...rest
  } = definition;
  const file = from === undefined ? callerOf(traced) : fileOf(from);
  let program: TracedProgram | undefined;
  // Made when it is first needed: to list scenarios must cost no folder.
  const made = (): TracedProgram => (program ??= new TracedProgram(definition, file));
  const declared = scenario({
    ...rest,
    setup: async (life) => await made().setup(life),
    run: async (life) => await made().run(life),
    recover: async (life) => await made().recover(life),
    check: async (life, acknowledged) => await made().check(coreOf(life), acknowledged),
  });
  return withForesight(declared, {
    foresee: (states, atOnce) =>
      made().ahead.foresee(states, Math.min(atOnce, definition.atOnce ?? Infinity)),
    callOff: () => program?.ahead.callOff(),
  });
}

class TracedProgram {
  readonly #definition: TracedDefinition;
  readonly #commands: Commands;
  readonly #recoveries: Recoveries;
  readonly #crew: Crew;
  readonly ahead: Ahead;
  #setup: Image | undefined;
  /** It was seen to map a file of the disk to write to it: from then on such files are looked at. */
  #maps = false;
  readonly #runs = new Map<string, Recorded>();

  constructor(definition: TracedDefinition, file: string) {
    this.#definition = definition;
    const { dir = 'data', ignore = [], recover, recoverEach } = definition;
    const ignored = ignoring(ignore);
    const folder = new Folder(dir, ignored);
    this.#commands = new Commands(definition, folder, file);
    this.#crew = new Crew(folder, () => new Folder(dir, ignored, folder));
    this.#recoveries = new Recoveries(async (boot) => await this.ahead.recorded(boot), recoverEach);
    this.ahead = new Ahead(this.#crew, {
      record:
        recover &&
        (async (slot, boot, until) => await this.#record(recover, boot, { slot, looks: true, until })),
      check: async (slot, image, acknowledged, until) =>
        await this.#findings(slot, image, acknowledged, until),
      known: (boot) => this.#recoveries.known(boot),
      after: leftBy,
    });
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
      const answer = await this.#commands.ask(this.#crew.first, { words });
      if (answer.code !== 0) throw failed(words, answer);
    }
    return this.#crew.first.folder.read();
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
      const { run } = this.#definition;
      recorded = await waitFor(
        async () =>
          await this.#crew.quietly(async (slot) => {
            this.#crew.shrink();
            return await this.#record(run, boot, { slot, looks: false });
          }),
      );
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

  async #record(
    words: Words,
    boot: Image,
    {
      slot,
      looks,
      until,
    }: { readonly slot: Slot; readonly looks: boolean; readonly until?: AbortSignal | undefined },
  ): Promise<Recorded> {
    const { env, timeLimit } = this.#commands;
    const { folder, enter } = slot;
    const argv = this.#commands.words(words);
    const recorded = async (maps: boolean): Promise<Recorded> => {
      folder.fill(boot);
      folder.lend();
      return await record(folder, boot, { argv, env, timeLimit, looks, maps, enter, until });
    };
    return await cantTell(async () => {
      try {
        return await recorded(this.#maps);
      } catch (error) {
        if (this.#maps || !(error instanceof SharedMapping)) throw error;
        this.#maps = true;
        return await recorded(true);
      }
    });
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
    return await waitFor(async () => await this.ahead.findings(image, acknowledged));
  }

  async #findings(
    slot: Slot,
    image: Image,
    acknowledged: readonly Acknowledgement[],
    until?: AbortSignal,
  ): Promise<Findings> {
    const { folder } = slot;
    folder.fill(image);
    const { check } = this.#definition;
    const ask = async (words: Words): Promise<Answer> =>
      await this.#commands.ask(slot, { words, acknowledged, until });
    if (typeof check !== 'function') return findingsOf(check, await ask(check));
    folder.lend();
    return await check({ dir: folder.here, seenAs: folder.disk, acknowledged, ask });
  }
}

/** What a recorded life leaves behind, if it ends well. */
function leftBy(
  life: Recorded,
  boot: Image,
): { readonly image: Image; readonly acknowledged: readonly Acknowledgement[] } | undefined {
  if (life.ended.code !== 0 || life.ended.late) return undefined;
  const core = new Core(boot.fork());
  const acknowledged: Acknowledgement[] = [];
  const listener = new Listener({ acknowledge: (name) => void acknowledged.push(name), phase() {} });
  try {
    life.again(core, (text) => listener.hear(text));
  } catch (error) {
    if (error instanceof Unfollowed) return undefined;
    throw error;
  }
  listener.end();
  return { image: core.image, acknowledged };
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
