import { current } from '../current.ts';
import { coreOf } from '../life.ts';
import type { Life, Scenario } from '../scenario.ts';
import type { Acting, SyncEdits } from './edits.ts';
import { Hook, type Watcher } from './hook.ts';
import { Again } from './again.ts';

/**
 * The same scenario with other syncs: some are left out, in every life, and some are added that the program does not
 * do. The program can't tell: what is left out returns as if it had been done.
 */
export function edited(scenario: Scenario, edits: SyncEdits, watcher?: Watcher): Scenario {
  const lived = (part: Acting, live: Scenario['run'] | undefined): Scenario['run'] => {
    return async (life: Life) => {
      const core = coreOf(life);
      current()!.loop.notes = true;
      watcher?.begins?.(part, core);
      const hook = new Hook(part, core, edits, watcher);
      hook.begin();
      core.hook = hook;
      if (part !== 'run' || !edits.journal) return await live?.(life);
      const again = new Again(life, core, hook.units);
      await live?.(again.life);
      again.enact(edits.journal);
    };
  };
  const made = Object.create(scenario) as Scenario;
  return Object.assign(made, {
    run: lived('run', scenario.run.bind(scenario)),
    recover: lived('recover', scenario.recover?.bind(scenario)),
    ...(isNothing(edits) ? {} : { madeFrom: JSON.stringify([scenario.madeFrom ?? '', edits]) }),
    ...(scenario.smaller
      ? { smaller: () => scenario.smaller!().map((each) => edited(each, edits, watcher)) }
      : {}),
  });
}

function isNothing({ without = [], added = [], journal }: SyncEdits): boolean {
  return without.length + added.length === 0 && !journal;
}
