import { broken, type Disk, type Finding } from '../../harness/index.ts';
import type { Store } from '../../src/server/store.ts';
import { codeOf, reasonOf } from '../../src/storage/errors.ts';
import type { Settings } from '../../src/storage/settings.ts';
import { difference } from './expected.ts';
import { backUp, CLIENT, open, STORE, stored, type ClientTree } from './world.ts';

/** What must hold after recovery, whatever was cut. */
export interface StorePromise {
  /** The client's tree by backup number: what each backup must restore, if it is listed. */
  readonly trees: ReadonlyMap<number, ClientTree>;
  /** Sets of backup numbers that may be listed: the old state, the new one, and those that lie between them. */
  readonly listings: readonly (readonly number[])[];
  readonly settings: Partial<Settings>;
  /** The next state of the client: backing it up must work. */
  readonly next: ClientTree;
  /** Whose store it is, where there are several. */
  readonly client?: string;
}

/** All invariants of a backup store, in the order in which a person would want to hear of them. */
export async function checkStore(
  disk: Disk,
  acknowledged: readonly string[],
  promise: StorePromise,
): Promise<Finding | undefined> {
  const { client = CLIENT } = promise;
  if (!(await disk.fs.readdir(STORE)).includes(client)) return nothingYet(acknowledged, promise);
  const root = `${STORE}/${client}`;
  const store = await open(disk, promise.settings, { client });
  const listed = await store.list();
  const numbers = listed.map((backup) => backup.number);
  const finding =
    lostPromises(
      acknowledged,
      listed.map((backup) => backup.name),
    ) ??
    (await currentIsNewest(disk, root, listed.at(-1)?.name)) ??
    listingIsAllowed(numbers, promise) ??
    (await allRestore(store, numbers, promise)) ??
    (await noLeftovers(
      disk,
      root,
      listed.map((backup) => backup.name),
    ));
  return finding ?? (await orBroken(NEXT, 'it fails', () => nextBackupWorks(disk, promise)));
}

function nothingYet(acknowledged: readonly string[], promise: StorePromise): Finding | undefined {
  return lostPromises(acknowledged, []) ?? listingIsAllowed([], promise);
}

function lostPromises(acknowledged: readonly string[], names: readonly string[]): Finding | undefined {
  const promised = acknowledged.filter((what) => what.startsWith(stored('')));
  const deleted = new Set(
    acknowledged.filter((what) => what.startsWith('deleted ')).map((what) => what.slice(8)),
  );
  const lost = promised.find((what) => {
    const name = what.slice(stored('').length);
    return !names.includes(name) && !deleted.has(String(Number(name.slice(0, 7))));
  });
  if (lost !== undefined) {
    return broken(
      'nothing acknowledged is lost',
      `the client was told "${lost}", and it is not listed`,
      'lost',
    );
  }
  const back = names.find((name) => deleted.has(String(Number(name.slice(0, 7)))));
  return back === undefined
    ? undefined
    : broken('nothing acknowledged is lost', `backup ${back} was said to be deleted, and is listed`, 'lost');
}

async function currentIsNewest(
  { fs }: Disk,
  root: string,
  newest: string | undefined,
): Promise<Finding | undefined> {
  const invariant = 'current is the newest complete backup';
  const names = await fs.readdir(root);
  if (!names.includes('current')) {
    return newest === undefined
      ? undefined
      : broken(invariant, `${newest} is listed, and there is no current`);
  }
  const target = await fs.readlink(`${root}/current`);
  if (target === newest) return undefined;
  return broken(invariant, `current leads to ${target}, the newest is ${newest ?? 'none'}`);
}

function listingIsAllowed(numbers: readonly number[], { listings }: StorePromise): Finding | undefined {
  const listed = numbers.join(', ');
  if (listings.some((allowed) => allowed.join(', ') === listed)) return undefined;
  const wanted = listings.map((allowed) => `[${allowed.join(', ')}]`).join(' or ');
  return broken(
    'the state is old or new, never a mix',
    `backups [${listed}] are listed; allowed are ${wanted}`,
  );
}

async function allRestore(
  store: Store,
  numbers: readonly number[],
  { trees }: StorePromise,
): Promise<Finding | undefined> {
  const invariant = 'every listed backup restores byte for byte';
  for (const number of numbers) {
    const tree = trees.get(number);
    if (!tree) return broken(invariant, `backup ${number} was never made`);
    const finding = await orBroken(invariant, `backup ${number}`, async () => {
      const wrong = await difference(store, number, tree);
      if (wrong !== undefined) return broken(invariant, wrong);
      const { failures } = await store.verify(number);
      if (failures.length === 0) return undefined;
      return broken('every listed backup verifies', `backup ${number}: ${failures[0]}`);
    });
    if (finding) return finding;
  }
  return undefined;
}

/** What the store can't do is a finding. Anything else that is thrown is a mistake of the check, and says nothing. */
async function orBroken(
  invariant: string,
  what: string,
  body: () => Promise<Finding | undefined>,
): Promise<Finding | undefined> {
  try {
    return await body();
  } catch (error) {
    if (!/^E[A-Z0-9]+$/.test(codeOf(error) ?? '')) throw error;
    return broken(invariant, `${what}: ${reasonOf(error)}`);
  }
}

const INSIDE: ReadonlySet<string> = new Set([
  'backup_stats',
  'data',
  'deltas.reverse',
  'hardlinked',
  'incexc',
  'jiggle.json',
  'log.gz',
  'manifest.gz',
  'timestamp',
  // What restores leave. A cut may leave a temporary one, which the next restore replaces.
  ...['restorelog.gz', 'restore_stats'].flatMap((name) => [name, `${name}.tmp`]),
]);

async function noLeftovers(
  { fs }: Disk,
  root: string,
  listed: readonly string[],
): Promise<Finding | undefined> {
  const allowed = new Set([...listed, 'current']);
  const extra = (await fs.readdir(root)).find((name) => !allowed.has(name));
  if (extra !== undefined) return broken('recovery leaves nothing behind', `${root} holds ${extra}`);
  for (const name of listed) {
    const inside = (await fs.readdir(`${root}/${name}`)).find((entry) => !INSIDE.has(entry));
    if (inside !== undefined)
      return broken('recovery leaves nothing behind', `backup ${name} holds ${inside}`);
  }
  return undefined;
}

const NEXT = 'the next backup works';

/** Runs on the check's own disk, so that the state under test stays as it is. */
async function nextBackupWorks(disk: Disk, promise: StorePromise): Promise<Finding | undefined> {
  const { client = CLIENT } = promise;
  const store = await open(disk, { ...promise.settings, keep: [100] }, { client });
  let number = 0;
  await backUp(store, promise.next, (what) => (number = Number(what.slice(stored('').length).slice(0, 7))));
  const numbers = (await store.list()).map((backup) => backup.number);
  const trees = new Map([...promise.trees, [number, promise.next]]);
  if (!numbers.includes(number)) return broken(NEXT, `it is not listed as ${number}`);
  const finding = await allRestore(store, numbers, { ...promise, trees });
  return finding && broken(NEXT, finding.message);
}
