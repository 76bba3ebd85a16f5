import { broken, type Endured, type Finding, type Life } from '../../harness/index.ts';
import type { Store } from '../../src/server/store.ts';
import { restored } from './expected.ts';
import type { ClientTree } from './world.ts';

const RESTORED = 'restored: ';
const TOLD = 'restored in part, and told: ';
const WRONG = 'restored wrongly: ';

/** Restores a backup in the middle of a story, and has on record how that went. */
export async function restoring(
  { acknowledge }: Life,
  store: Store,
  number: number,
  tree: ClientTree,
): Promise<void> {
  const { told, untold } = await restored(store, number, tree);
  if (told !== undefined) acknowledge(TOLD + told);
  else if (untold !== undefined) acknowledge(WRONG + untold);
  else acknowledge(RESTORED + number);
}

/** A restore gives what was backed up. Where a call failed it may give less, and say so. */
export function wronglyRestored(acknowledged: readonly string[], { failed }: Endured): Finding | undefined {
  const wrong = acknowledged.find(
    (what) => what.startsWith(WRONG) || (what.startsWith(TOLD) && failed === 0),
  );
  return wrong === undefined ? undefined : broken('every restore gives what was backed up', wrong);
}
