import type { BackupClient } from '../../../src/ports/backup-client.ts';
import { dir, file, hardlink } from '../../../src/client/memory-tree.ts';
import { KINDS, SMALL, WINDOWS, manyFiles } from '../trees.ts';
import { clientOf, ROOT, type ClientTree } from '../world.ts';
import { Chronicle } from './chronicle.ts';

/** A story that is told step by step. */
export interface Told {
  readonly name: string;
  readonly text: () => Promise<string>;
}

type Given = Parameters<typeof Chronicle.begin>[0];

/** One backup after others. */
function backup(name: string, before: readonly ClientTree[], tree: ClientTree, settings: Given = {}): Told {
  return {
    name,
    async text() {
      const told = await Chronicle.begin(settings);
      await told.given(...before);
      await told.backedUp(tree);
      return await told.end();
    },
  };
}

/** A backup that is killed, and what recovery makes of it; then the next backup, or the same once more. */
function killed(name: string, before: RegExp, settings: Given = {}, after: Given = {}): Told {
  return {
    name,
    async text() {
      const told = await Chronicle.begin(settings);
      await told.given(SMALL[0]);
      await told.backedUp(SMALL[1], { before });
      told.change(after);
      await told.told('recovery', async (store) => await store.recover());
      await told.backedUp(SMALL[1], { title: 'the next backup' });
      return await told.end();
    },
  };
}

/** Three backups, the last under other settings than those before it. */
function changing(name: string, before: Given, after: Given): Told {
  return {
    name,
    async text() {
      const told = await Chronicle.begin({ hardlinkedArchive: false, compression: 9, ...before });
      await told.given(SMALL[0], SMALL[1]);
      told.change({ hardlinkedArchive: false, compression: 9, ...after });
      await told.backedUp(SMALL[2]);
      return await told.end();
    },
  };
}

function removal(name: string, trees: readonly ClientTree[], number: number, settings: Given = {}): Told {
  return {
    name,
    async text() {
      const told = await Chronicle.begin(settings);
      await told.given(...trees);
      await told.told(`removal of backup ${number}`, async (store) => await store.remove(number));
      return await told.end();
    },
  };
}

/** A client that fails at some of what it is asked for. */
function failing(tree: ClientTree, fails: (path: string) => boolean, code?: string): BackupClient {
  const client = clientOf(tree);
  const answer: BackupClient['whole'] = async (entry) => {
    if (!fails(entry.path)) return await client.whole(entry);
    if (code === undefined) return { interrupted: 'it could not be read' };
    throw Object.assign(new Error('the client is gone'), { code });
  };
  return {
    scan: (options) => client.scan(options),
    whole: answer,
    delta: async (entry, signature) =>
      fails(entry.path) ? await answer(entry) : await client.delta(entry, signature),
  };
}

const LINKED: ClientTree = {
  '/b': dir(),
  '/b/1': file('of three names', { mtime: 5 }),
  '/b/2': hardlink('/b/1', { mtime: 5 }),
  '/b/3': hardlink('/b/1', { mtime: 5 }),
  '/b/4': file('of one', { mtime: 5 }),
};

function mapped(tree: ClientTree, by: (node: ClientTree[string]) => ClientTree[string]): ClientTree {
  return Object.fromEntries(Object.entries(tree).map(([path, node]) => [path, by(node)]));
}

const RESUME = { recovery: 'resume', entriesPerSync: 2 } as const;

/** A client that goes while it is asked, comes back, and finds what there is of its backup. */
function resumed(
  name: string,
  settings: Given,
  between: (told: Chronicle) => Promise<void> = async () => {},
  incexc?: readonly string[],
): Told {
  return {
    name,
    async text() {
      const told = await Chronicle.begin({ ...RESUME, ...settings });
      await told.given(SMALL[0]);
      for (const text of incexc ?? [undefined]) {
        const client = failing(SMALL[1], (path) => path.endsWith('/other.gz'), 'ECONNRESET');
        await told.backedUp(SMALL[1], { client, ...(text !== undefined && { incexc: text }) });
      }
      await between(told);
      const last = incexc?.at(-1);
      await told.backedUp(SMALL[1], { title: 'the client is back', ...(last && { incexc: last }) });
      return await told.end();
    },
  };
}

async function unfinished({ disk }: Chronicle): Promise<string> {
  return `${ROOT}/${await disk.fs.readlink(`${ROOT}/working`)}`;
}

const [before9, after9] = manyFiles(4, 5);
const ALL = [SMALL[0], SMALL[1], SMALL[2], SMALL[0], SMALL[1], SMALL[2]];

export const CHRONICLES: readonly Told[] = [
  backup('first', [], SMALL[0]),
  backup('incremental', [SMALL[0]], SMALL[1]),
  backup('incremental-in-batches-of-three', [SMALL[0]], SMALL[1], { entriesPerSync: 3 }),
  backup('incremental-in-one-batch', [SMALL[0]], SMALL[1], { entriesPerSync: 256 }),
  backup('incremental-group-sync', [before9], after9, { entriesPerSync: 4, groupSyncFrom: 4 }),
  backup('incremental-resumable', [SMALL[0]], SMALL[1], RESUME),
  backup('incremental-archive', [SMALL[0]], SMALL[1], { hardlinkedArchive: true }),
  backup('incremental-without-librsync', [SMALL[0]], SMALL[1], { librsync: false }),
  backup('incremental-small-librsync', [SMALL[0]], SMALL[1], { librsyncMaxSize: 310 }),
  backup('incremental-few-links', [SMALL[0]], SMALL[1], { maxHardlinks: 2 }),
  backup('incremental-unpacked', [SMALL[0]], SMALL[1], { compression: 0 }),
  backup('third', [SMALL[0], SMALL[1]], SMALL[2]),
  backup('kinds', [KINDS[0]], KINDS[1]),
  backup('kinds-again', [KINDS[0], KINDS[1]], KINDS[2]),
  backup('windows', [WINDOWS[0]], WINDOWS[1]),
  backup('retention', [SMALL[0], SMALL[1]], SMALL[2], { keep: [2] }),
  backup('retention-windows', ALL, SMALL[0], { keep: [2, 2] }),
  backup('retention-handed-over', [SMALL[0]], SMALL[1], { keep: [1], manualDelete: '/store/by-hand' }),
  changing('archive-after-delta', {}, { hardlinkedArchive: true }),
  changing('delta-after-archive', { hardlinkedArchive: true }, {}),
  changing('unpacked-after-packed', {}, { compression: 0 }),
  changing('packed-after-unpacked', { compression: 0 }, {}),
  removal('remove-oldest', SMALL, 1),
  removal('remove-newest', SMALL.slice(0, 2), 2, { hardlinkedArchive: true }),
  removal('remove-only', [SMALL[0]], 1),
  removal('remove-between', SMALL, 2, { hardlinkedArchive: true }),
  removal('remove-needed', SMALL, 2),
  killed('killed-before-its-directory', /^mkdir #2$/),
  killed('killed-receiving', /^open #2\/data\/t\/b\/other/),
  killed('killed-receiving-resumable', /^open #2\/data\/t\/b\/other/, RESUME),
  killed('killed-resumable-then-not', /^open #2\/data\/t\/b\/other/, RESUME, { recovery: 'delete' }),
  killed('killed-before-record', /^open #2\/jiggle\.json/),
  killed('killed-before-record-resumable', /^open #2\/jiggle\.json/, RESUME),
  killed('killed-with-record', /^rename working/),
  killed('killed-with-record-resumable', /^rename working/, RESUME),
  killed('killed-in-phase-4', /^link #2\/data\/t\/b\/same2/),
  killed(
    'killed-in-phase-4-and-changed',
    /^link #2\/data\/t\/b\/same2/,
    {},
    { hardlinkedArchive: true, compression: 0 },
  ),
  killed('killed-before-flip', /^rename current\.tmp/),
  killed('killed-after-flip', /^unlink #1\/data/),
  killed('killed-cleaning', /^rmdir #2\/deltas\.forward/),
  killed('killed-before-the-end', /^unlink finishing/),
  resumed('resume', {}),
  resumed('resume-other-includes', {}, undefined, ['cname = c1\n', 'cname = c1\n', 'other\n']),
  resumed('resume-one-attempt', { maxResumeAttempts: 1 }, undefined, ['a\n', 'a\n', 'a\n']),
  resumed('resume-torn-account', {}, async (told) => {
    const path = `${await unfinished(told)}/changed`;
    const { size } = await told.disk.fs.stat(path);
    await told.disk.fs.truncate(path, size - 3);
  }),
  resumed('resume-damaged-data', {}, async (told) => {
    const area = await unfinished(told);
    await told.disk.fs.truncate(`${area}/deltas.forward/t/b/changed`, 4);
    await told.disk.fs.truncate(`${area}/data/t/b/new`, 4);
  }),
  {
    name: 'entries-that-can-not-be-read',
    async text() {
      const told = await Chronicle.begin({});
      await told.given(SMALL[0]);
      const client = failing(SMALL[1], (path) => /(?:changed|new)$/.test(path));
      await told.backedUp(SMALL[1], { client });
      return await told.end();
    },
  },
  {
    name: 'first-name-of-links-can-not-be-read',
    async text() {
      const told = await Chronicle.begin({});
      const scanned = clientOf(LINKED);
      // Asked for as files of their own, the others can be read.
      const others = clientOf(mapped(LINKED, (node) => (node.kind === 'hardlink' ? LINKED['/b/1']! : node)));
      const client: BackupClient = {
        ...scanned,
        scan: (options) => scanned.scan(options),
        whole: async (entry) =>
          entry.path === '/b/1' ? { interrupted: 'it is locked' } : await others.whole(entry),
      };
      await told.backedUp(LINKED, { client });
      return await told.end();
    },
  },
  {
    name: 'warnings-are-failures',
    async text() {
      const told = await Chronicle.begin({ failOnWarning: true, recovery: 'resume' });
      await told.given(SMALL[0]);
      await told.backedUp(SMALL[1], { client: failing(SMALL[1], (path) => path.endsWith('/new')) });
      await told.backedUp(SMALL[1], { title: 'the next backup' });
      return await told.end();
    },
  },
];
