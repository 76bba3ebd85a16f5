/** The public surface of Blackout: what a scenario, a test or a script of yours imports. */
// What a scenario is made with.
export { program, type ProgramDefinition, type ProgramLife } from './programs/node/program.ts';
export type { ModuleName } from './programs/node/target.ts';
export { served, type Server } from './programs/traced/served.ts';
export { traced } from './programs/traced/traced.ts';
export type { Answer, RealDisk, TracedDefinition, Words } from './programs/traced/definition.ts';
export {
  broken,
  scenario,
  type Acknowledgement,
  type Disk,
  type Endured,
  type Finding,
  type Findings,
  type Life,
  type Scenario,
} from './programs/scenario.ts';
export type { Facade } from './disk/facade/facade.ts';
export type { Catalogue, CatalogueEntry, MakeOptions, OwnPlan } from './explore/catalogue.ts';
// What a test does with it.
export {
  assertSurvivesPowerCuts,
  explorePowerCuts,
  PowerCutFailure,
  type PowerCuts,
  type Survival,
} from './runs/surviving.ts';
export { andBelow, isAbove } from './persistence/lattice.ts';
export { models, findModel, type ModelName, type PlainModelName } from './persistence/models.ts';
export type { Effect, Machine, PersistenceModel } from './persistence/model.ts';
// What is below that: states, stories and numbers.
export { Explorer } from './explore/explorer.ts';
export { DEFAULTS, type ExploreOptions, type Progress } from './explore/options.ts';
export { scheduleTo, type Counts, type Exploration, type StateNode } from './explore/exploration.ts';
export { ScenarioError } from './explore/main-life.ts';
export { OUTCOMES, type Outcome, type Verdict } from './explore/outcome.ts';
export { convergence, type Convergence } from './explore/convergence.ts';
export type { Conditions } from './explore/conditions.ts';
export { StaleSchedule, type Cut, type EffectName, type Schedule } from './explore/schedule.ts';
export { Player, type Replay } from './explore/replay.ts';
export { shrink } from './explore/shrink.ts';
export { tellStory, type Story } from './explore/story.ts';
export { DamagedToken, parseToken, printToken } from './explore/token.ts';
