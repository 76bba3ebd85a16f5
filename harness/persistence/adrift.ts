import type { Change, Op } from '../disk/journal.ts';
import type { Effect } from './model.ts';

/**
 * What a sync that fails leaves behind. Linux takes the pages for clean: they stay readable, the next sync has nothing to
 * write and returns 0, and whether the data is on the disk nobody knows. Metadata is as it was: a later sync brings it,
 * and then a file is longer than what was ever written of it. See Rebello et al., Can Applications Recover from fsync
 * Failures?, USENIX ATC 2020, and its CuttleFS (github.com/WiscADSL/cuttlefs, fsyncs.py).
 */

/** Whether an op failed and did nothing. A short write did what it says. */
export function hasFailed({ fault }: Op): boolean {
  return fault !== undefined && fault !== 'short';
}

interface GivenUp {
  /** Pending effects of which nothing is sure any more. */
  readonly lost: readonly Effect[];
  /** Those that stay pending without their data, and the changes that are left. */
  readonly reduced: readonly { readonly effect: Effect; readonly changes: readonly Change[] }[];
}

/**
 * What a failed sync gives up: data of the file, and `more` that the model knows of. A cut is metadata and stays, or it
 * would take the end off what is written after it; the zeroes behind it are data, with all else in their page. Where the
 * file goes back, it does so up to the cut, so that page is then what was synced of it.
 */
export function givenUp(op: Op, pending: readonly Effect[], more: readonly Effect[]): GivenUp {
  const isGone = (change: Change): boolean => isDataOf(change, op.ino);
  const stays = (effect: Effect): boolean =>
    isCut(effect) || (op.reverts === true && effect.op.kind === 'truncate');
  const ofFile = pending.filter(
    (effect) => !effect.adrift && (more.includes(effect) || effect.changes.some(isGone)),
  );
  return {
    lost: ofFile.filter((effect) => !stays(effect)),
    reduced: ofFile.filter(stays).map((effect) => ({
      effect,
      changes: effect.changes.flatMap((change) =>
        isGone(change) ? (op.reverts ? pageAfter(op, change) : []) : [change],
      ),
    })),
  };
}

/** The page as it is when the file has gone back. */
function pageAfter({ changes }: Op, lost: Change): readonly Change[] {
  if (lost.type !== 'page') return [];
  const back = changes.find((change) => change.type === 'page' && change.index === lost.index);
  return [back ?? { ...lost, page: null }];
}

function isCut({ changes }: Effect): boolean {
  return changes.some(({ type }) => type === 'truncate');
}

/** Whether an effect says how long a file is and nothing of what is in it: given up, it waits for its data all the same. */
export function isSize({ changes }: Effect): boolean {
  return changes.every(({ type }) => type === 'grow');
}

function isDataOf(change: Change, ino: number): boolean {
  return (change.type === 'page' || change.type === 'sector') && change.ino === ino;
}
