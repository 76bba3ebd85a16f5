import type * as nodeFs from 'node:fs';
import type { Core } from '../../disk/core/core.ts';
import { current } from '../current.ts';
import { coreOf } from '../life.ts';
import {
  type Acknowledgement,
  type Endured,
  type Findings,
  type Life,
  scenario,
  type Scenario,
} from '../scenario.ts';
import { Library } from './library.ts';
import { callerOf, fileOf, type ModuleName, specifierOf } from './target.ts';
import { GLOBALS, makeWorld } from './world.ts';

/** What the functions of a program's scenario get for one life. */
export interface ProgramLife<Module> {
  /** The module, evaluated anew for this life; with a name, another one. */
  readonly load: {
    (): Promise<Module>;
    (name: string): Promise<Record<string, unknown>>;
  };
  /** The simulated disk as `node:fs`: the one that the module and all its dependencies have. */
  readonly fs: typeof nodeFs;
  readonly clock: Life['clock'];
  readonly random: Life['random'];
  /** Records a promise at this moment: whatever happens later, `check` is told of it. */
  readonly acknowledge: Life['acknowledge'];
  readonly phase: Life['phase'];
}

/** A Node module as it is, and what it must survive. */
export interface ProgramDefinition<Module> extends Omit<
  Scenario,
  'setup' | 'run' | 'recover' | 'check' | 'smaller' | 'dontCare'
> {
  /**
   * The module: a name of a dependency, a path as seen from the scenario's file, or `() => import('...')` for its
   * types. CommonJS, ESM or TypeScript, unmodified.
   */
  readonly load: ModuleName<Module>;
  /** The file that `load` is named from; without it the one that calls `program`. */
  readonly from?: string | URL;
  /** Makes the disk as it is before the story begins: not recorded, and durable. There are `/data`, `/root`, `/tmp`. */
  setup?(life: ProgramLife<Module>): Promise<void>;
  /** The life that is cut first. */
  run(life: ProgramLife<Module>): Promise<void>;
  /** What the program does after a reboot before it serves again. */
  recover?(life: ProgramLife<Module>): Promise<void>;
  /** Says what is wrong with a disk after recovery: nothing, if it is valid. Throwing means that it can't tell. */
  check(
    life: ProgramLife<Module>,
    acknowledged: readonly Acknowledgement[],
    endured: Endured,
  ): Promise<Findings>;
}

/**
 * Declares a scenario of a Node module that knows nothing of Blackout: in every life it is evaluated anew, with
 * `node:fs`, clock, timers, chance and process of that life's own.
 */
export function program<Module = Record<string, unknown>>(definition: ProgramDefinition<Module>): Scenario {
  const { load, from, ...rest } = definition;
  scenario(rest as unknown as Scenario);
  const file = from === undefined ? callerOf(program) : fileOf(from);
  const specifier = specifierOf(load, file);
  const library = new Library(GLOBALS);
  const lived = (life: Pick<Life, 'clock' | 'random'> & Partial<Life>): ProgramLife<Module> => {
    const { instances, fs } = makeWorld(coreOf(life), life.clock, library);
    return {
      load: (async (name: string = specifier) =>
        await instances.import(name, file)) as unknown as ProgramLife<Module>['load'],
      fs,
      clock: life.clock,
      random: life.random,
      acknowledge: life.acknowledge ?? unasked,
      phase: life.phase ?? unasked,
    };
  };
  return scenario({
    ...rest,
    async setup(life) {
      await makeDirectories(life);
      if (definition.setup !== undefined) await definition.setup(lived(life));
    },
    async run(life) {
      await definition.run(lived(life));
      demandChange(coreOf(life), definition.name);
    },
    async recover(life) {
      if (definition.recover !== undefined) await definition.recover(lived(life));
    },
    check: async (disk, acknowledged, endured) => await definition.check(lived(disk), acknowledged, endured),
  });
}

function unasked(): void {}

async function makeDirectories({ fs }: Life): Promise<void> {
  for (const path of ['/data', '/root', '/tmp']) await fs.mkdir(path);
}

/** A program that never touched the simulated disk would pass whatever it does: it has done it somewhere else. */
function demandChange(core: Core, name: string): void {
  const loop = current()?.loop;
  // What is still under way may do it yet.
  if (core.journal.length > 0 || loop?.timers.isEmpty === false || loop?.alone === false) return;
  throw new Error(
    `${name} changes nothing on the simulated disk, so no power cut could harm it: does it use another?`,
  );
}
