import { broken, type Disk, type Finding } from '../../harness/index.ts';
import { backupNumber } from '../../src/storage/layout.ts';
import { difference } from '../backup/expected.ts';
import { clientOf, open, ROOT, stored, type ClientTree } from '../backup/world.ts';
import { connectUntilReady, isFailure } from './connect.ts';
import { exists } from './files.ts';
import { finish } from './finish.ts';
import { listBackups, type Listed, targetOf } from './listing.ts';
import { CURRENT, FINISHING, WORKING } from './places.ts';
import { receive } from './receive.ts';

/** What must hold after recovery, whatever was cut. */
export interface BurpPromise {
  /** The client's tree by backup number: what each backup must restore, if it is listed. */
  readonly trees: ReadonlyMap<number, ClientTree>;
  /** Sets of backup numbers that may be listed. */
  readonly listings: readonly (readonly number[])[];
  /** The next state of the client: backing it up must work. */
  readonly next: ClientTree;
}

/** The invariants of jiggle's scenarios, by the same names, for a store that Burp's twin has written. */
export async function checkBurp(
  disk: Disk,
  acknowledged: readonly string[],
  promise: BurpPromise,
): Promise<Finding | undefined> {
  const listed = await listBackups(disk.fs);
  return (
    lostPromise(acknowledged, listed) ??
    (await currentIsNewest(disk, listed)) ??
    listingIsAllowed(listed, promise) ??
    (await allRestore(disk, listed, promise.trees)) ??
    (await noLeftovers(disk)) ??
    (await nextBackupWorks(disk, promise))
  );
}

function lostPromise(acknowledged: readonly string[], listed: readonly Listed[]): Finding | undefined {
  const invariant = 'nothing acknowledged is lost';
  for (const what of acknowledged) {
    const deleted = what.startsWith('deleted ');
    const there = listed.find(({ name, number }) => what === stored(name) || what === `deleted ${number}`);
    if (deleted && there) return broken(invariant, `"${what}" was said, and ${there.name} is listed`, 'lost');
    if (!deleted && !there)
      return broken(invariant, `the client was told "${what}", and it is not listed`, 'lost');
  }
  return undefined;
}

/**
 * A directory whose timestamp is gone is in no list, and yet `current` may lead there: a deletion was cut short just
 * before it could move the directory away, and Burp goes on from it.
 */
async function currentIsNewest({ fs }: Disk, listed: readonly Listed[]): Promise<Finding | undefined> {
  const invariant = 'current is the newest complete backup';
  const target = await targetOf(fs, CURRENT);
  const newest = listed.at(-1)?.name;
  if (target === newest) return undefined;
  if (target === undefined) return broken(invariant, `there is no current, and ${newest} is listed`);
  if (!(await exists(fs, `${ROOT}/${target}`)))
    return broken(invariant, `current leads to ${target}, which is not there`);
  const isOlder = listed.some(({ name }) => name === target);
  return isOlder ? broken(invariant, `current leads to ${target}, the newest is ${newest}`) : undefined;
}

function listingIsAllowed(listed: readonly Listed[], { listings }: BurpPromise): Finding | undefined {
  const numbers = listed.map(({ number }) => number).join(', ');
  if (listings.some((allowed) => allowed.join(', ') === numbers)) return undefined;
  const wanted = listings.map((allowed) => `[${allowed.join(', ')}]`).join(' or ');
  return broken(
    'the state is old or new, never a mix',
    `backups [${numbers}] are listed; allowed are ${wanted}`,
  );
}

/**
 * Restores with jiggle's reader: it goes up and down the backups by the same rule, and where Burp's own would hand out
 * whatever it finds, it compares with the manifest's sum and names the file. It would see directories without a
 * timestamp too, which Burp passes over, so they are out of its sight meanwhile.
 */
async function allRestore(
  disk: Disk,
  listed: readonly Listed[],
  trees: ReadonlyMap<number, ClientTree>,
): Promise<Finding | undefined> {
  const names = listed.map(({ name }) => name);
  const unlisted = (await disk.fs.readdir(ROOT)).filter(
    (name) => backupNumber(name) !== undefined && !names.includes(name),
  );
  for (const name of unlisted) await disk.fs.rename(`${ROOT}/${name}`, `${ROOT}/unlisted ${name}`);
  const wrong = await firstDifference(disk, listed, trees);
  for (const name of unlisted) await disk.fs.rename(`${ROOT}/unlisted ${name}`, `${ROOT}/${name}`);
  return wrong === undefined ? undefined : broken('every listed backup restores byte for byte', wrong);
}

async function firstDifference(
  disk: Disk,
  listed: readonly Listed[],
  trees: ReadonlyMap<number, ClientTree>,
): Promise<string | undefined> {
  const store = await open(disk, {});
  for (const { number } of listed) {
    const tree = trees.get(number);
    if (!tree) return `backup ${number} was never made`;
    try {
      const wrong = await difference(store, number, tree);
      if (wrong !== undefined) return wrong;
    } catch (error) {
      if (!isFailure(error)) throw error;
      return `backup ${number} can't be restored: ${error.message}`;
    }
  }
  return undefined;
}

/** The links of a state that is not finished. Files that a killed server left elsewhere stay for ever: nobody looks. */
async function noLeftovers({ fs }: Disk): Promise<Finding | undefined> {
  for (const link of [WORKING, FINISHING])
    if (await exists(fs, link)) return broken('recovery leaves nothing behind', `${link} is there`);
  return undefined;
}

const DAY_MS = 86_400_000;

/** A day later, on the check's own disk, so that the state under test stays as it is. */
async function nextBackupWorks(disk: Disk, { next, trees }: BurpPromise): Promise<Finding | undefined> {
  const invariant = 'the next backup works';
  const clock = { now: () => disk.clock.now() + DAY_MS };
  try {
    await connectUntilReady(disk.fs);
    await receive({ fs: disk.fs, clock }, clientOf(next), () => undefined);
    await finish(disk.fs);
  } catch (error) {
    if (!isFailure(error)) throw error;
    return broken(invariant, `it fails: ${error.message}`);
  }
  const listed = await listBackups(disk.fs);
  const number = listed.at(-1)?.number ?? 0;
  const finding = await allRestore(disk, listed, new Map([...trees, [number, next]]));
  return finding && broken(invariant, finding.message);
}
