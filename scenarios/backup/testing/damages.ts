import type { Disk } from '../../../harness/index.ts';
import { SMALL } from '../trees.ts';
import { ROOT } from '../world.ts';
import { Chronicle } from './chronicle.ts';
import type { Told } from './chronicles.ts';
import { filesBelow } from './one-life.ts';
import { shortNames } from './steps.ts';

/** What a disk may do to a file by itself. */
export const DAMAGES: readonly { what: string; damage: (disk: Disk, path: string) => Promise<void> }[] = [
  { what: 'emptied', damage: ({ fs }, path) => fs.truncate(path, 0) },
  {
    what: 'cut short',
    damage: async ({ fs }, path) => fs.truncate(path, Math.floor((await fs.stat(path)).size / 2)),
  },
  { what: 'gone', damage: ({ fs }, path) => fs.unlink(path) },
  {
    what: 'another in one bit',
    async damage({ fs }, path) {
      const bytes = Buffer.from(await fs.readFile(path));
      if (bytes.length > 0) bytes[Math.floor(bytes.length / 2)]! ^= 1;
      await fs.writeFile(path, bytes);
    },
  },
];

/** The second backup is received, and waits for phase 4. */
export async function waiting(settings: Parameters<typeof Chronicle.begin>[0] = {}): Promise<Chronicle> {
  const told = await Chronicle.begin(settings);
  await told.given(SMALL[0]);
  await told.untold(
    async () => await told.backedUp(SMALL[1], { before: /^(?:open|link) #2\/data\/t\/b\/(?:changed|same)/ }),
  );
  return told;
}

async function twoBackups(): Promise<Chronicle> {
  const told = await Chronicle.begin({});
  await told.given(SMALL[0], SMALL[1]);
  return told;
}

/** What is said, and what there is, after each file in turn is damaged. */
export function each(
  name: string,
  begin: () => Promise<Chronicle>,
  what: string,
  then: (told: Chronicle) => Promise<void>,
): Told {
  return {
    name,
    async text() {
      const { damage } = DAMAGES.find((one) => one.what === what)!;
      const base = await begin();
      const texts: string[] = [];
      for (const path of await filesBelow(base.disk, ROOT)) {
        const told = base.fork();
        await damage(told.disk, path);
        await told.withoutSteps(async () => await then(told));
        texts.push(`#### ${shortNames(path.slice(ROOT.length + 1))}\n${await told.end({ isBrief: true })}`);
      }
      return texts.join('');
    },
  };
}

export const recovery = async (told: Chronicle): Promise<void> =>
  await told.told('recovery', async (store) => await store.recover());

/** Something is done by hand, then the server recovers, step by step. */
function found(
  name: string,
  begin: () => Promise<Chronicle>,
  hand: (disk: Disk) => Promise<void>,
  then = recovery,
): Told {
  return {
    name,
    async text() {
      const told = await begin();
      await hand(told.disk);
      await then(told);
      return await told.end();
    },
  };
}

export async function pathIn(disk: Disk, number: number, path: string): Promise<string> {
  const start = String(number).padStart(7, '0');
  const name = (await disk.fs.readdir(ROOT)).find((one) => one.startsWith(start))!;
  return `${ROOT}/${name}/${path}`;
}

const NOWHERE = '0000009 2026-01-01 00:00:00 +0000';

async function leadsNowhere({ fs }: Disk, name: string): Promise<void> {
  if ((await fs.readdir(ROOT)).includes(name)) await fs.unlink(`${ROOT}/${name}`);
  await fs.symlink(NOWHERE, `${ROOT}/${name}`);
}

async function emptied(disk: Disk, number: number, ...paths: readonly string[]): Promise<void> {
  for (const path of paths) await disk.fs.truncate(await pathIn(disk, number, path), 0);
}

/** The power of the disk to lose what a delta and a whole file came as. */
const LOSES = ['deltas.forward/t/b/changed', 'data/t/b/new'];

export const DAMAGED: readonly Told[] = [
  ...DAMAGES.flatMap(({ what }) => {
    const name = what.replaceAll(' ', '-');
    return [
      each(`damaged-waiting-${name}`, () => waiting(), what, recovery),
      each(`damaged-before-a-backup-${name}`, twoBackups, what, (told) => told.backedUp(SMALL[2])),
    ];
  }),
  ...['current', 'working', 'finishing', 'current.tmp'].map((name) =>
    found(`dangling-${name}`, twoBackups, (disk) => leadsNowhere(disk, name)),
  ),
  found('working-is-current', twoBackups, async ({ fs }) =>
    fs.symlink(await fs.readlink(`${ROOT}/current`), `${ROOT}/working`),
  ),
  found(
    'finishing-without-record',
    () => waiting(),
    (disk) => emptied(disk, 2, 'jiggle.json'),
  ),
  found(
    'finishing-without-manifest',
    () => waiting(),
    (disk) => emptied(disk, 2, 'manifest.gz'),
  ),
  found(
    'finishing-after-a-lost-manifest',
    () => waiting(),
    (disk) => emptied(disk, 1, 'manifest.gz'),
  ),
  found(
    'finishing-with-lost-entries',
    () => waiting(),
    (disk) => emptied(disk, 2, ...LOSES),
  ),
  found(
    'finishing-with-lost-entries-killed-twice',
    () => waiting(),
    (disk) => emptied(disk, 2, ...LOSES),
    async (told) => {
      const recover = (before: RegExp) => told.told('recovery', (store) => store.recover(), before);
      await recover(/^rename #2\/manifest\.gz\.tmp/);
      await recover(/^rename current\.tmp/);
      await recovery(told);
    },
  ),
  found('current-that-is-finishing-without-manifest', twoBackups, async (disk) => {
    await emptied(disk, 2, 'manifest.gz');
    await disk.fs.symlink(await disk.fs.readlink(`${ROOT}/current`), `${ROOT}/finishing`);
  }),
  found('current-is-gone-and-the-newest-is-damaged', twoBackups, async (disk) => {
    await emptied(disk, 2, 'manifest.gz');
    await disk.fs.unlink(`${ROOT}/current`);
  }),
  found('current-is-an-older-one', twoBackups, async ({ fs }) => {
    const oldest = (await fs.readdir(ROOT)).find((name) => name.startsWith('0000001'))!;
    await fs.unlink(`${ROOT}/current`);
    await fs.symlink(oldest, `${ROOT}/current`);
  }),
  found('trash', twoBackups, async ({ fs }) => {
    await fs.mkdir(`${ROOT}/deleteme/data`, { recursive: true });
    await fs.writeFile(`${ROOT}/deleteme/data/x`, 'x');
  }),
  found(
    'a-backup-that-was-put-aside',
    twoBackups,
    async ({ fs }) => fs.mkdir(`${ROOT}/damaged-${NOWHERE}`),
    (told) => told.backedUp(SMALL[2]),
  ),
];
