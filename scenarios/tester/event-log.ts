import { ensureDirectory } from '../../harness/cli/ensure-directory.ts';
import { broken, DEFAULTS, scenario, type Life, type Scenario } from '../../harness/index.ts';
import { runEvent, unexplored } from '../../harness/runs/events/run-events.ts';
import { EventLog, type LogDisk, type LogFile } from '../../reports/event-log.ts';
import { SCHEMA_VERSION, type RunEvent, type StartEvent } from '../../reports/events.ts';
import { readEvents } from '../../reports/read-events.ts';
import { readLog, type Progress } from '../../reports/read-log.ts';

/** What is wrong with the disk that the log is written with: the log itself is never another one. */
export interface LogFlaws {
  /** fsync of the file does nothing, or that of the directories. */
  readonly noSync?: boolean;
  readonly noDirectorySync?: boolean;
  /** It is written where it is in the end, over the one before it. */
  readonly inPlace?: boolean;
}

const FOLDER = '/home/report';
const PATH = `${FOLDER}/events.jsonl`;

/** Why they say that nothing was explored. The first is longer than a page, so that it can tear. */
const RUNS: readonly string[] = ['long '.repeat(1000), 'short'];

/**
 * The tester, held to what it tests: how a run of blackout keeps its events, and how one that was cut short is gone on with.
 * It is the log itself, and what reads it; only the exploring is left out. What it says is kept must not be explored again.
 *
 * @param older whether the report of another run is in the folder; else the folder is not there
 */
export function eventLog(
  name: string,
  summary: string,
  { older = true, ...flaws }: LogFlaws & { readonly older?: boolean } = {},
): Scenario {
  const command = async (life: Life, mark: Mark): Promise<void> => await explore(life, mark, flaws);
  return scenario({
    name,
    summary,
    async setup(life) {
      await life.fs.mkdir('/home');
      if (!older) return;
      await life.fs.mkdir(FOLDER);
      const log = await EventLog.create(PATH, life.fs);
      for (const event of [start(OLDER), ...RUNS.map(announced), ...RUNS.flatMap((_, i) => ended(i, OLDER))])
        log.add(event);
      await log.close();
    },
    run: async (life) => await command(life, FIRST),
    recover: async (life) => await command(life, AGAIN),
    durableRecovery: true,
    async check({ fs }, acknowledged) {
      const bytes = await fs.readFile(PATH);
      const damage = readEvents(bytes).events.flatMap((each) => (each.type === 'damage' ? each.text : []));
      if (damage.length > 0) return broken('the log is whole once it is finished', damage.join('; '));
      const { start: first, done, end: finished } = readLog(bytes);
      if (!finished) return broken('the log is whole once it is finished', `${done.size} runs had ended`);
      if (acknowledged.includes('begun') && first.startedAt !== FIRST.name) {
        return broken(
          'a run that was begun is gone on with',
          `it is ${first.startedAt} that goes on`,
          'lost',
        );
      }
      for (const [i, reason] of RUNS.entries()) {
        const [end] = done.get(i)!;
        if (end?.type !== 'run-end' || end.reason !== reason)
          return broken('the log has what was told', `run ${i} has not`);
        if (acknowledged.includes(kept(i)) && end.elapsedMs !== FIRST.took)
          return broken('what is kept is not explored again', `run ${i} was`, 'lost');
      }
      return undefined;
    },
  });
}

/** Which life it was that did something, as it stands in the log. */
interface Mark {
  readonly name: string;
  /** In place of a time. */
  readonly took: number;
}
const OLDER: Mark = { name: 'an older run', took: 0 };
const FIRST: Mark = { name: 'the first life', took: 1 };
const AGAIN: Mark = { name: 'a later life', took: 2 };

/** What `blackout run` does, and `--resume` after it: begins the log with what is known, and adds what is not. */
async function explore({ fs, acknowledge }: Life, mark: Mark, flaws: LogFlaws): Promise<void> {
  const disk = flawed(fs, flaws);
  await ensureDirectory(FOLDER, disk);
  const before = mark === FIRST ? undefined : await progress(fs);
  const log = await EventLog.create(PATH, disk);
  for (const event of [before?.start ?? start(mark), ...RUNS.map(announced)]) log.add(event);
  for (const event of [...(before?.done.values() ?? [])].flat()) log.add(event);
  await log.commit();
  if (mark === FIRST) acknowledge('begun');
  for (const i of RUNS.keys()) {
    if (before?.done.has(i)) continue;
    for (const event of ended(i, mark)) log.add(event);
    await log.commit();
    if (mark === FIRST) acknowledge(kept(i));
  }
  log.add({ type: 'end', verdict: 'unknown', interrupted: false, elapsedMs: 0 });
  await log.close();
}

function kept(run: number): string {
  return `run ${run} is kept`;
}

/** Undefined if there is nothing to go on with: then it is begun anew. */
async function progress(fs: Life['fs']): Promise<Progress | undefined> {
  if (!(await fs.readdir(FOLDER)).includes('events.jsonl')) return undefined;
  const bytes = await fs.readFile(PATH);
  try {
    const found = readLog(bytes);
    return found.start.startedAt === OLDER.name ? undefined : found;
  } catch {
    return undefined;
  }
}

/** The disk that the log gets, with its flaws. */
function flawed(
  fs: Life['fs'],
  { noSync, noDirectorySync, inPlace }: LogFlaws,
): LogDisk & Pick<Life['fs'], 'mkdir' | 'stat'> {
  const place = (path: string): string => (inPlace ? path.replace(/\.new$/, '') : path);
  return {
    mkdir: fs.mkdir.bind(fs),
    stat: fs.stat.bind(fs),
    async open(path, flags): Promise<LogFile> {
      const file = await fs.open(place(path), flags);
      const skips = flags === 'r' ? noDirectorySync : noSync;
      return {
        writeFile: async (text) => await file.writeFile(text),
        sync: async () => await (skips ? undefined : file.sync()),
        close: async () => await file.close(),
      };
    },
    async rename(from, to) {
      if (!inPlace) await fs.rename(from, to);
    },
    rm: async (path, options) => await fs.rm(path, options),
  };
}

function start({ name }: Mark): StartEvent {
  return {
    type: 'start',
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'blackout', version: '0' },
    commit: null,
    startedAt: name,
    seed: 1,
    shard: null,
    settings: [],
  };
}

function announced(_: string, run: number): RunEvent {
  return runEvent(run, {
    source: { from: 'catalogue', name: `scenario-${run}`, trees: [] },
    summary: '',
    model: 'ext4',
    plan: DEFAULTS,
    reproduceWith: '',
    knownToBreak: false,
  });
}

function ended(run: number, { took }: Mark): readonly RunEvent[] {
  return unexplored(run, RUNS[run]!, took);
}
