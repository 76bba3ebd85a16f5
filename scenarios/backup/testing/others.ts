import { Image } from '../../../harness/disk/image/image.ts';
import type { Scenario } from '../../../harness/index.ts';
import { file } from '../../../src/client/memory-tree.ts';
import type { BackupClient, Received } from '../../../src/ports/backup-client.ts';
import { codeOf } from '../../../src/storage/errors.ts';
import { FINISHING } from '../../burp/places.ts';
import { takeovers } from '../../burp/takeovers.ts';
import { type Killed, takenOver } from '../../burp/taken-over.ts';
import { type Days, MIXED, PACKED } from '../../burp/trees.ts';
import { SMALL } from '../trees.ts';
import { clientOf, type ClientTree } from '../world.ts';
import { Chronicle } from './chronicle.ts';
import type { Told } from './chronicles.ts';
import { each, pathIn, recovery, waiting } from './damages.ts';
import { HandledDisk } from './one-life.ts';
import { shortNames } from './steps.ts';

/** More than Burp makes in a backup of this kind. */
const MOST_CALLS = 1000;

type Given = Parameters<typeof Chronicle.begin>[0];

/** What Burp's server left when it was killed, and where jiggle has done nothing yet. */
async function leftByBurp(name: string, settings: Given = {}): Promise<Chronicle> {
  const scenario = await takeovers.find((one) => one.name === name)!.make({});
  return await setUp(scenario, name === 'taken-over-inflate' ? MIXED : PACKED, settings);
}

async function setUp(scenario: Scenario, trees: Days, settings: Given): Promise<Chronicle> {
  const disk = new HandledDisk(Image.empty());
  const life = Object.assign(disk, { acknowledge() {}, phase() {} });
  await scenario.setup?.(life);
  return Chronicle.on(disk, settings, new Map(trees.slice(0, 3).map((tree, at) => [at + 1, tree])));
}

function finished(name: string, settings: Given = {}): Told {
  return {
    name: [name, ...Object.keys(settings)].join('-').toLowerCase(),
    async text() {
      const told = await leftByBurp(name, settings);
      await recovery(told);
      await told.withoutSteps(async () => await told.backedUp(PACKED[3]));
      return await told.end();
    },
  };
}

/** The same, killed before any call that this says yes to. */
async function killedBurp(killed: Killed, settings: Given): Promise<Chronicle> {
  const [first, second, third, fourth] = PACKED;
  const story = { name: 'killed', summary: '', before: [first, second], tree: third, killed, next: fourth };
  return await setUp(takenOver(story), PACKED, settings);
}

/** Of the calls of phases 1 to 3, which are few, all are taken; of those of phase 4, which are alike, some. */
const FEW_CALLS = 14;

/** Burp had written down that it is an archive, which no setting of jiggle's says. */
const ARCHIVE: Told = {
  name: 'taken-over-archive',
  async text() {
    const told = await leftByBurp('taken-over-jiggle');
    await told.disk.fs.writeFile(`${FINISHING}/hardlinked`, 'yes\n');
    await recovery(told);
    await told.withoutSteps(async () => await told.backedUp(PACKED[3]));
    return await told.end();
  },
};

/** Burp killed before the n-th call that changes names, for many n: what jiggle says, and what is there then. */
function killedEverywhere(recoveryMethod: 'delete' | 'resume', step: number): Told {
  return {
    name: `taken-over-anywhere-${recoveryMethod}`,
    async text() {
      const texts: string[] = [];
      for (let n = 1; n < MOST_CALLS; n += n < FEW_CALLS ? step : 9 * step) {
        let calls = 0;
        let what = '';
        const isNow: Killed = (call, path) => {
          what = `${call} ${path}`;
          return ++calls === n;
        };
        const told = await killedBurp(isNow, { recovery: recoveryMethod }).catch((error: unknown) => {
          // Where Burp has no directory yet there is nothing to take over.
          if (codeOf(error) !== 'ENOENT' && calls >= n) throw error;
          return undefined;
        });
        if (calls < n) break;
        if (!told) continue;
        await told.withoutSteps(async () => {
          await recovery(told);
          await told.backedUp(PACKED[2]);
        });
        texts.push(`#### ${n}: ${shortNames(what)}\n${await told.end({ isBrief: true })}`);
      }
      return texts.join('');
    },
  };
}

/** Burp killed in a certain place, and what jiggle does then, step by step. */
function killedAt(name: string, killed: Killed, settings: Given = {}): Told {
  return {
    name: `taken-over-${name}`,
    async text() {
      const told = await killedBurp(killed, settings);
      await recovery(told);
      await told.backedUp(PACKED[2]);
      return await told.end();
    },
  };
}

const FULL = { code: 'ENOSPC' };
const BROKEN = { code: 'EIO' };

/** A step of phase 4 fails, then all is well again. */
function failing(name: string, at: RegExp, { code }: { code: string }, settings: Given = {}): Told {
  return {
    name: `failing-${name}`,
    async text() {
      const told = await waiting(settings);
      await told.told('recovery', async (store) => await store.recover(), { at, code });
      await recovery(told);
      return await told.end();
    },
  };
}

/** What Burp's swap left is brought back first of all, and a sync fails there. */
const BROUGHT_BACK: Told = {
  name: 'failing-broken-sync-of-what-is-brought-back',
  async text() {
    const told = await leftByBurp('taken-over-swap');
    const at = /^sync #2\/timestamp/;
    await told.told('recovery', async (store) => await store.recover(), { at, code: BROKEN.code });
    await told.withoutSteps(async () => await recovery(told));
    await told.withoutSteps(async () => await told.backedUp(PACKED[3]));
    return await told.end();
  },
};

/** A first backup, after which there is nothing to be built upon. */
const FIRST: Told = {
  name: 'killed-first-with-record',
  async text() {
    const told = await Chronicle.begin({});
    await told.backedUp(SMALL[0], { before: /^rename working/ });
    await recovery(told);
    return await told.end();
  },
};

/** A client whose answers are changed on the way. */
function changed(tree: ClientTree, change: (path: string, answer: Received) => Received): BackupClient {
  const client = clientOf(tree);
  return {
    scan: (options) => client.scan(options),
    async whole(entry) {
      const answer = await client.whole(entry);
      return 'interrupted' in answer ? answer : change(entry.path, answer);
    },
    async delta(entry, signature) {
      const answer = await client.delta(entry, signature);
      return 'interrupted' in answer ? answer : change(entry.path, answer);
    },
  };
}

async function* piecewise(data: Received['data']): AsyncGenerator<Uint8Array> {
  if (!(data instanceof Uint8Array)) return yield* data;
  for (let at = 0; at < data.length; at += 7) yield data.subarray(at, at + 7);
}

const LIES: Readonly<Record<string, (answer: Received) => Received>> = {
  'another-size': (answer) => ({ ...answer, end: async () => ({ ...(await sumOf(answer)), size: 3 }) }),
  'another-sum': (answer) => ({
    ...answer,
    end: async () => ({ ...(await sumOf(answer)), md5: '0'.repeat(32) }),
  }),
  'an-interruption': (answer) => ({ ...answer, end: () => ({ interrupted: 'it has shrunk' }) }),
  'a-stream': (answer) => ({ ...answer, data: piecewise(answer.data) }),
  'a-stream-with-another-sum': (answer) => ({
    ...answer,
    data: piecewise(answer.data),
    end: async () => ({ ...(await sumOf(answer)), md5: '0'.repeat(32) }),
  }),
  'an-interrupted-stream': (answer) => ({
    ...answer,
    data: piecewise(answer.data),
    end: () => ({ interrupted: 'it has shrunk' }),
  }),
};

async function sumOf(answer: Received) {
  const sum = await answer.end();
  if ('interrupted' in sum) throw new Error('these clients can read all that they have');
  return sum;
}

/** A second backup over a first; of each answer the client says something else. */
function lying(what: string): Told {
  return {
    name: `client-says-${what}`,
    async text() {
      const told = await Chronicle.begin({ entriesPerSync: 2 });
      await told.given(SMALL[0]);
      await told.backedUp(SMALL[1], { client: changed(SMALL[1], (_, answer) => LIES[what]!(answer)) });
      return await told.end();
    },
  };
}

/** Kept as it is, and too large for memory at once. */
const LARGE = Buffer.alloc(9 << 20, 'a line of text that comes again and again\n');

async function largeFile(): Promise<Chronicle> {
  const tree = (text: string, mtime: number): ClientTree => ({
    '/large.gz': file(Buffer.concat([LARGE, Buffer.from(text)]), { mtime }),
  });
  const told = await Chronicle.begin({});
  await told.given(tree('the first end', 1));
  await told.untold(async () => await told.backedUp(tree('another end', 2), { before: /^open #2\/data/ }));
  return told;
}

const LARGE_FILES: readonly Told[] = [
  {
    name: 'large',
    async text() {
      const told = await largeFile();
      await recovery(told);
      return await told.end();
    },
  },
  {
    name: 'large-with-a-damaged-difference',
    async text() {
      const told = await largeFile();
      const path = await pathIn(told.disk, 2, 'deltas.forward/t/large.gz');
      const delta = Buffer.from(await told.disk.fs.readFile(path));
      delta[delta.lastIndexOf('another end')]! ^= 1;
      await told.disk.fs.writeFile(path, delta);
      await recovery(told);
      return await told.end();
    },
  },
];

const RESUME = { recovery: 'resume' } as const;

export const OTHERS: readonly Told[] = [
  ...takeovers.map(({ name }) => finished(name)),
  finished('taken-over-received', RESUME),
  finished('taken-over-received', { hardlinkedArchive: true }),
  ARCHIVE,
  ...['emptied', 'gone'].map((what) =>
    each(
      `taken-over-${what}`,
      async () => await leftByBurp('taken-over-received'),
      what,
      async (told) => {
        await recovery(told);
        await told.backedUp(PACKED[3]);
      },
    ),
  ),
  killedEverywhere('delete', 3),
  killedEverywhere('resume', 1),
  killedAt('receiving', (call, _, to) => call === 'rename' && to.includes('deltas.forward'), RESUME),
  killedAt('received-and-resumed', (call, path) => call === 'unlink' && path.endsWith('phase1.gz'), RESUME),
  killedAt('received-in-two-lists', (call, path) => call === 'rename' && path.endsWith('manifest.gz.tmp')),
  killedAt('received-and-merged', (call, path) => call === 'unlink' && path.endsWith('/unchanged')),
  failing('full-disk-at-a-file', /^open #2\/data\/t\/b\/changed/, FULL),
  failing('full-disk-at-a-write', /^write #2\/data\/t\/b\/changed/, FULL),
  failing('full-disk-at-a-link', /^link #2\/data\/t\/b\/same1/, FULL),
  failing('full-disk-at-the-flip', /^symlink current\.tmp/, FULL),
  failing('full-disk-at-a-reverse-delta', /^write #1\/deltas\.reverse/, FULL),
  failing('broken-sync-of-a-file', /^sync #2\/data\/t\/b\/changed/, BROKEN),
  failing('broken-sync-of-a-directory', /^sync #2\/data\/t\/b$/, BROKEN),
  BROUGHT_BACK,
  FIRST,
  failing('broken-group-sync', /^sync the whole/, BROKEN, { entriesPerSync: 9, groupSyncFrom: 2 }),
  failing('no-group-sync', /^sync the whole/, { code: 'ENOSYS' }, { entriesPerSync: 9, groupSyncFrom: 2 }),
  failing('too-many-links', /^link #2\/data\/t\/b\/same1/, { code: 'EMLINK' }),
  failing('broken-link', /^link #2\/data\/t\/b\/same1/, BROKEN),
  failing('name-too-long-for-a-delta', /^open #1\/deltas\.reverse/, { code: 'ENAMETOOLONG' }),
  ...Object.keys(LIES).map((what) => lying(what)),
  ...LARGE_FILES,
];
