import type { Catalogue } from '../explore/catalogue.ts';
import { parseToken } from '../explore/token.ts';
import type { ModelName } from '../persistence/models.ts';
import { fileOf } from '../programs/node/target.ts';
import { isScenario, type Scenario } from '../programs/scenario.ts';
import { SCHEMA_VERSION, type RunEvent } from '../../reports/events.ts';
import { foldEvents, type ReportModel } from '../../reports/model.ts';
import { painter } from '../../reports/paint.ts';
import type { VerdictName } from '../../reports/schema/basics.ts';
import { terminal } from '../../reports/terminal.ts';
import { runEvent } from './events/run-events.ts';
import { runJobs } from './jobs/run-jobs.ts';
import { planJobs, type RunOptions } from './plan.ts';
import { playToken } from './play-token.ts';
import { quoted } from './quoted.ts';
import { settingsOf } from './settings.ts';
import { VERSION } from './version.ts';

/** What a scenario is to survive; what is not said is as for `blackout run`. */
export interface PowerCuts extends Pick<
  RunOptions,
  'tier' | 'accept' | 't' | 'depth' | 'cap' | 'seed' | 'deaths' | 'kills' | 'faults' | 'faultCount' | 'orders'
> {
  /** Under which models: `['ext4', 'posix']`. All four of the default, if nothing is said. */
  readonly models?: readonly ModelName[];
  /** Milliseconds, a minute if nothing is said. What was not looked at by then is unknown, and unknown is no pass. */
  readonly budget?: number;
  /**
   * The module that exports the scenario, `import.meta.url` in it, for those who would rather reproduce a failure with
   * `npx blackout repro`. Without it the failure says how the test itself plays its story again.
   */
  readonly from?: string;
}

/** What came of it. */
export interface Survival {
  /** `unknown`: less was looked at than was asked for, or a check could not tell. */
  readonly verdict: VerdictName;
  /** What there is to read: verdicts, stories, the lines that reproduce them, and what was looked at. */
  readonly text: string;
}

const BUDGET = 60_000;

/** Of the text, in characters. */
const WIDTH = 120;

/** The variable that holds the token of a story to play again, in place of everything. */
const REPRO = 'BLACKOUT_REPRO';

/** A scenario that does not survive power cuts, or of which it can't be said. The message is the story. */
export class PowerCutFailure extends Error {
  override name = 'PowerCutFailure';
}

/**
 * Goes through all power cuts that a scenario is to survive, in this thread, and gives the verdict and the text that
 * belongs to it. A scenario that never gives the thread back is never ended: `blackout run` could do that.
 * @throws BadArgument for what can't be asked for
 */
export async function explorePowerCuts(scenario: Scenario, cuts: PowerCuts = {}): Promise<Survival> {
  if (!isScenario(scenario)) {
    throw new TypeError('this is no scenario: it must be what scenario() or program() gives');
  }
  const again = process.env[REPRO];
  const named = again === undefined ? undefined : simplerOf(scenario, parseToken(again).schedule.scenario);
  if (again !== undefined && named !== undefined) return await reproduced(again, named);
  const events = await eventsOf(scenario, cuts);
  const model = foldEvents(events);
  return { verdict: model.verdict, text: textOf(events, model) };
}

/**
 * Resolves if a scenario survives power cuts, in all states that they can leave: for node:test, Jest, and everything
 * else that takes an exception for a failure.
 * @throws PowerCutFailure with the story if it does not, or if that is not known
 */
export async function assertSurvivesPowerCuts(scenario: Scenario, cuts: PowerCuts = {}): Promise<void> {
  const { verdict, text } = await explorePowerCuts(scenario, cuts);
  if (verdict !== 'converged') throw new PowerCutFailure(failureText(scenario, { verdict, text }));
}

/** What a failed assertion says. */
export function failureText({ name }: Scenario, { verdict, text }: Survival): string {
  const what = verdict === 'unknown' ? 'is not known to survive power cuts' : 'does not survive power cuts';
  return verdict === 'converged' ? `${name} survives power cuts\n\n${text}` : `${name} ${what}\n\n${text}`;
}

function simplerOf(scenario: Scenario, name: string): Scenario | undefined {
  return [scenario, ...(scenario.smaller?.() ?? [])].find((each) => each.name === name);
}

async function reproduced(token: string, scenario: Scenario): Promise<Survival> {
  const { replay, text } = await playToken(token, () => scenario, { width: WIDTH, paint: painter(false) });
  const { outcome } = replay.verdict;
  const verdict = outcome === 'converged' || outcome === 'unknown' ? outcome : 'counterexample';
  return { verdict, text };
}

async function eventsOf(scenario: Scenario, cuts: PowerCuts): Promise<readonly RunEvent[]> {
  const { models, budget = BUDGET, from, ...rest } = cuts;
  const options: RunOptions = { ...rest, ...(models === undefined ? {} : { model: models }) };
  const { name, summary = '', volumes } = scenario;
  const entry = { name, summary, group: '', byDefault: true, make: () => scenario };
  const catalogue: Catalogue = [volumes === undefined ? entry : { ...entry, volumes }];
  const jobs = await planJobs([name], options, catalogue, '/');
  const now = (): number => Date.now();
  const events: RunEvent[] = [started(options, name), ...jobs.map((job, run) => runEvent(run, job))];
  await runJobs(
    [...jobs.entries()],
    catalogue,
    { now },
    {
      deadline: now() + budget,
      interrupted: () => false,
      onInterrupt: () => {},
      progress: () => {},
      ended: (_job, told) => void events.push(...told.map((event) => reproducible(event, from))),
    },
  );
  return events;
}

/** Tells how the story is played again from where it was found. */
function reproducible(event: RunEvent, from: string | undefined): RunEvent {
  if (event.type !== 'cause') return event;
  const line = (command: string): string => {
    const token = command.replace(/^npx blackout repro /, '');
    if (from !== undefined) return `${command} --from ${quoted(fileOf(from))}`;
    return `run this test with ${REPRO}=${token} in its environment`;
  };
  const { reproduce, also } = event;
  return {
    ...event,
    reproduce: line(reproduce),
    ...(also && { also: also.map((claim) => ({ ...claim, reproduce: line(claim.reproduce) })) }),
  };
}

function started(options: RunOptions, name: string): RunEvent {
  return {
    type: 'start',
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'blackout', version: VERSION },
    commit: null,
    startedAt: new Date().toISOString(),
    seed: options.seed ?? 1,
    shard: null,
    settings: settingsOf([name], options),
  };
}

/** As the command would tell it on a terminal without colours. */
function textOf(events: readonly RunEvent[], model: ReportModel): string {
  let text = '';
  const writer = terminal.make({
    print: (more) => void (text += more),
    columns: WIDTH,
    paint: painter(false),
    write: async () => {},
    lines: () => [],
  });
  for (const event of events) writer.event?.(event, () => model);
  void writer.end?.(model);
  return text;
}
