import { Core } from '../disk/core/core.ts';
import { listTree } from '../disk/image/tree.ts';
import { Image } from '../disk/image/image.ts';
import { scriptOpText } from '../disk/script-text.ts';
import { ScriptRunner, type Script, type ScriptOp } from '../disk/script.ts';
import type { TreeJson } from '../disk/tree-json.ts';
import { treeKey } from '../conformance/tree-key.ts';
import { randomly, type Choices } from '../persistence/choices.ts';
import { disturb, makeUnrelated, UNRELATED } from './disturbance.ts';
import type { Drives } from './drives.ts';
import { RealScript } from './real-script.ts';
import { readTree } from './real-tree.ts';
import { candidates, type Candidate, type Span } from './states.ts';
import { run } from './tools.ts';

/** A state that a file system was seen in after a crash, how often, and whether a part of the last writes was lost. */
export interface Seen {
  readonly tree: TreeJson;
  seen: number;
  readonly by: Set<'prefix' | 'subset'>;
}

/** What one workload has left on one file system. */
export interface Sightings {
  /** By crash point, as observation files name them, and by the text of the tree. */
  readonly points: Map<string, Map<string, Seen>>;
  /** Images that could not be mounted or read: how often at which crash point. */
  readonly unmountable: Map<string, number>;
  /** How many images were looked at. */
  images: number;
}

export interface ObserveOptions {
  /** How many lives, each disturbed otherwise. */
  readonly lives: number;
  /** At most so many crash states of each are looked at. */
  readonly states: number;
  readonly seed: number;
  /** Called between one look and the next; what it gives ends the work. */
  readonly stop: () => Promise<boolean>;
}

/** What a file system brings itself, and what other programs have there. */
const HIDDEN = ['lost+found', UNRELATED];

/** Runs a script on real drives, cuts the power in many places, and reads what is there when it is mounted again. */
export async function observe(drives: Drives, script: Script, options: ObserveOptions): Promise<Sightings> {
  const sightings: Sightings = { points: new Map(), unmountable: new Map(), images: 0 };
  for (let life = 0; life < options.lives; life++) {
    const choices = randomly(options.seed * 1009 + life);
    for (const candidate of live(drives, script, options.states, choices)) {
      if (await options.stop()) return sightings;
      look(drives, candidate, sightings);
    }
  }
  return sightings;
}

/** Lives the life once, and gives the crash states to look at. */
function live(drives: Drives, script: Script, most: number, choices: Choices): readonly Candidate[] {
  return drives.live((root) => {
    const real = new RealScript(root);
    try {
      const simulated = new Simulated();
      makeUnrelated(root);
      for (const op of script.setup) step(real, op);
      for (const op of script.setup) simulated.step(op);
      real.end();
      run('sync', ['-f', root]);
      const start = drives.count();
      const spans: Span[] = [];
      for (const op of script.ops) {
        const began = drives.count();
        step(real, op);
        spans.push({ began, returned: drives.count() });
        simulated.step(op);
        disturb(root, simulated.files(), choices);
      }
      return candidates(drives.log(), spans, start, drives.count(), most, choices);
    } finally {
      real.end();
    }
  });
}

function step(real: RealScript, op: ScriptOp): void {
  try {
    real.step(op);
  } catch (error) {
    const reason = (error as Error).message;
    throw new Error(`${scriptOpText(op)}: it fails on the real file system: ${reason}`, { cause: error });
  }
}

/** The same life on the simulated disk, which knows what files there are without anybody looking for them. */
class Simulated {
  readonly #image = Image.empty();
  readonly #runner = new ScriptRunner(new Core(this.#image));

  step(op: ScriptOp): void {
    this.#runner.step(op);
  }

  /** Paths of all files. */
  files(): readonly string[] {
    return [...listTree(this.#image)].flatMap(([path, { type }]) => (type === 'file' ? [path] : []));
  }
}

function look(drives: Drives, { recipe, points }: Candidate, sightings: Sightings): void {
  const tree = drives.after(recipe, (root) => readTree(root, HIDDEN));
  sightings.images++;
  for (const point of points) {
    if (!tree) {
      sightings.unmountable.set(point, (sightings.unmountable.get(point) ?? 0) + 1);
      continue;
    }
    const states = sightings.points.get(point) ?? new Map<string, Seen>();
    sightings.points.set(point, states);
    const key = treeKey(tree);
    const seen = states.get(key) ?? { tree, seen: 0, by: new Set() };
    states.set(key, seen);
    seen.seen++;
    seen.by.add(recipe.lost.length === 0 ? 'prefix' : 'subset');
  }
}
