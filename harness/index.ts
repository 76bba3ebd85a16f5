/** The public surface of Blackout: what a scenario, a test or a script of yours imports. */
export { Explorer } from './explore/explorer.ts';
export { DEFAULTS, type ExploreOptions, type Progress } from './explore/options.ts';
export { scheduleTo, type Counts, type Exploration, type StateNode } from './explore/exploration.ts';
export { ScenarioError } from './explore/main-life.ts';
export { OUTCOMES, type Outcome, type Verdict } from './explore/outcome.ts';
export {
  broken,
  scenario,
  type Acknowledgement,
  type Disk,
  type Finding,
  type Findings,
  type Life,
  type Scenario,
} from './explore/scenario.ts';
export type { Cut, EffectName, Schedule } from './explore/schedule.ts';
export { andBelow, isAbove } from './persistence/lattice.ts';
export { models, findModel } from './persistence/models.ts';
export type { Effect, Machine, PersistenceModel } from './persistence/model.ts';
export { convergence, type Convergence } from './explore/convergence.ts';
export { Player, type Replay } from './explore/replay.ts';
export { shrink } from './explore/shrink.ts';
export { tellStory, type Story } from './explore/story.ts';
export { DamagedToken, parseToken, printToken } from './explore/token.ts';
export { StaleSchedule } from './explore/schedule.ts';
