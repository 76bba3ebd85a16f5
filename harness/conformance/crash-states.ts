import { hashKey } from '../disk/image/hash-key.ts';
import type { Image } from '../disk/image/image.ts';
import type { ScriptLife } from '../disk/script-life.ts';
import { replaying } from '../persistence/choices.ts';
import type { PersistenceModel } from '../persistence/model.ts';
import { Survivals, type Scope } from '../persistence/survivals.ts';

/** What a cut at one crash point of a script may leave. */
export interface CrashPoint {
  /** Distinct disks, in the order of their generation. */
  readonly disks: readonly Image[];
  /** Whether these are all. */
  readonly exhaustive: boolean;
}

/** More survivals than this at one crash point are not all made. */
const CAP = 1 << 20;

const SCOPE: Scope = { tier: 'all', t: 1, cap: CAP, samples: 0, choices: replaying([]) };

/**
 * The crash states at every crash point of a script's journal: `life.journalled` says after which of them an op of the
 * script has returned. Between those are the ones inside an op that the journal has as several.
 */
export function crashStates(model: PersistenceModel, life: ScriptLife): readonly CrashPoint[] {
  const survivals = new Survivals(model, life.boot, SCOPE);
  const byJournal = [pointOf(survivals)];
  for (const op of life.ops) {
    survivals.step(op);
    byJournal.push(pointOf(survivals));
  }
  return byJournal;
}

function pointOf(survivals: Survivals): CrashPoint {
  const disks = new Map<string, Image>();
  survivals.visit(({ image }) => {
    const key = hashKey(image.hash);
    if (!disks.has(key)) disks.set(key, image.fork());
  });
  return { disks: [...disks.values()], exhaustive: survivals.coverage === 'exhaustive' };
}
