import { Image } from '../../../harness/disk/image/image.ts';
import { file } from '../../../src/client/memory-tree.ts';
import type { BackupClient, Received } from '../../../src/ports/backup-client.ts';
import { takeovers } from '../../burp/takeovers.ts';
import { MIXED, PACKED } from '../../burp/trees.ts';
import { SMALL } from '../trees.ts';
import { clientOf, type ClientTree } from '../world.ts';
import { Chronicle } from './chronicle.ts';
import type { Told } from './chronicles.ts';
import { each, pathIn, recovery, waiting } from './damages.ts';
import { HandledDisk } from './one-life.ts';

type Given = Parameters<typeof Chronicle.begin>[0];

/** What Burp's server left when it was killed, and where jiggle has done nothing yet. */
async function leftByBurp(name: string, settings: Given = {}): Promise<Chronicle> {
  const entry = takeovers.find((one) => one.name === name)!;
  const disk = new HandledDisk(Image.empty());
  const scenario = await entry.make({});
  const life = Object.assign(disk, { acknowledge() {}, phase() {} });
  await scenario.setup?.(life);
  const trees = name === 'taken-over-inflate' ? MIXED : PACKED;
  return Chronicle.on(disk, settings, new Map(trees.slice(0, 3).map((tree, at) => [at + 1, tree])));
}

function takenOver(name: string, settings: Given = {}): Told {
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
  ...takeovers.map(({ name }) => takenOver(name)),
  takenOver('taken-over-received', RESUME),
  takenOver('taken-over-received', { hardlinkedArchive: true }),
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
  failing('full-disk-at-a-file', /^open #2\/data\/t\/b\/changed/, FULL),
  failing('full-disk-at-a-write', /^write #2\/data\/t\/b\/changed/, FULL),
  failing('full-disk-at-a-link', /^link #2\/data\/t\/b\/same1/, FULL),
  failing('full-disk-at-the-flip', /^symlink current\.tmp/, FULL),
  failing('full-disk-at-a-reverse-delta', /^write #1\/deltas\.reverse/, FULL),
  failing('broken-sync-of-a-file', /^sync #2\/data\/t\/b\/changed/, BROKEN),
  failing('broken-sync-of-a-directory', /^sync #2\/data\/t\/b$/, BROKEN),
  failing('broken-group-sync', /^sync the whole/, BROKEN, { entriesPerSync: 9, groupSyncFrom: 2 }),
  failing('no-group-sync', /^sync the whole/, { code: 'ENOSYS' }, { entriesPerSync: 9, groupSyncFrom: 2 }),
  failing('too-many-links', /^link #2\/data\/t\/b\/same1/, { code: 'EMLINK' }),
  failing('broken-link', /^link #2\/data\/t\/b\/same1/, BROKEN),
  failing('name-too-long-for-a-delta', /^open #1\/deltas\.reverse/, { code: 'ENAMETOOLONG' }),
  ...Object.keys(LIES).map((what) => lying(what)),
  ...LARGE_FILES,
];
