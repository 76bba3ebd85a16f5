import type { Life } from '../../harness/index.ts';
import type { Answer, BackupClient, Received } from '../../src/ports/backup-client.ts';
import { dataPathFor } from '../../src/storage/data-path.ts';
import { prepareHashes } from '../../src/storage/delta/strong-hash.ts';
import { signatureOf } from '../../src/storage/delta/signature.ts';
import { backupName } from '../../src/storage/layout.ts';
import { compareEntries, type Entry, hasData } from '../../src/storage/manifest/entry.ts';
import { formatEntries } from '../../src/storage/manifest/entry-writer.ts';
import { formatAttributes } from '../../src/storage/manifest/attributes.ts';
import { ROOT } from '../backup/world.ts';
import { BurpFailure, exists, type Files, makePathFor, readStored } from './files.ts';
import { listBackups } from './listing.ts';
import { closeList, readPacked, readPlain, writePacked } from './lists.ts';
import { CHANGED, CURRENT, DELTA_TMP, FINISHING, SCAN, TMP, UNCHANGED, WORKING } from './places.ts';

const COMPRESSION = 9;

/**
 * Phases 1 to 3, up to the point of no return. `answer` is called where the client hears "backup finished ok": before
 * phase 3, when nothing keeps a cut from throwing all of it away.
 */
export async function receive(
  { fs, clock }: Pick<Life, 'fs' | 'clock'>,
  client: BackupClient,
  answer: (name: string) => void,
): Promise<void> {
  await prepareHashes();
  const number = ((await listBackups(fs)).at(-1)?.number ?? 0) + 1;
  const name = backupName(number, clock);
  await fs.symlink(name, WORKING);
  await fs.mkdir(`${ROOT}/${name}`);
  await fs.writeFile(`${WORKING}/timestamp`, `${name}\n`);
  await takeScan(fs, client);
  await takeData(fs, client);
  answer(name);
  await makeManifest(fs);
  await fs.rename(WORKING, FINISHING);
}

/** Phase 1. */
async function takeScan(fs: Files, client: BackupClient): Promise<void> {
  const entries: Entry[] = [];
  for await (const entry of client.scan({ compression: COMPRESSION }))
    if (typeof entry !== 'string') entries.push(entry);
  await writePacked(fs, SCAN + TMP, entries, 'scan');
  await closeList(fs);
  await fs.rename(SCAN + TMP, SCAN);
}

/** Phase 2. Both lists are buffered, and reach their files only when they are closed. */
async function takeData(fs: Files, client: BackupClient): Promise<void> {
  const [changed, unchanged] = [await fs.open(CHANGED, 'a'), await fs.open(UNCHANGED, 'a')];
  const before = await previousEntries(fs);
  const [taken, kept]: [Entry[], Entry[]] = [[], []];
  for (const entry of await readPacked(fs, SCAN, 'scan')) {
    const old = before.get(entry.path);
    if (old && isUnchanged(old, entry)) kept.push(old);
    else taken.push(hasData(entry.letter) ? await takeOne(fs, client, entry, old) : entry);
  }
  for (const [list, entries] of [[changed, taken] as const, [unchanged, kept] as const]) {
    await list.writeFile(formatEntries(entries));
    await list.close();
    await closeList(fs);
  }
  await closeList(fs); // Of the scan; that of the old manifest and three more in a row add nothing.
  await fs.unlink(SCAN);
}

async function previousEntries(fs: Files): Promise<ReadonlyMap<string, Entry>> {
  const path = `${CURRENT}/manifest.gz`;
  const entries = (await exists(fs, path)) ? await readPacked(fs, path) : [];
  return new Map(entries.map((entry) => [entry.path, entry]));
}

function isUnchanged(old: Entry, entry: Entry): boolean {
  if (old.letter !== entry.letter) return false;
  if (!hasData(entry.letter)) return formatAttributes(old.attributes) === formatAttributes(entry.attributes);
  return old.attributes.mtime === entry.attributes.mtime && old.attributes.ctime === entry.attributes.ctime;
}

/** The difference from the old file if there is one, else the whole file straight at its place in data.tmp. */
async function takeOne(
  fs: Files,
  client: BackupClient,
  entry: Entry,
  old: Entry | undefined,
): Promise<Entry> {
  const dataPath = dataPathFor(entry);
  const oldPath = `${CURRENT}/data/${dataPath}`;
  if (old?.dataPath === undefined || !(await exists(fs, oldPath))) {
    const target = `${WORKING}/data.tmp/${dataPath}`;
    await makePathFor(fs, target);
    return await store(fs, target, await client.whole(entry), { ...entry, dataPath });
  }
  const signature = signatureOf(await readStored(fs, oldPath, old));
  const target = `${WORKING}/deltas.forward/${dataPath}`;
  await makePathFor(fs, target);
  const received = await store(fs, DELTA_TMP, await client.delta(entry, signature), { ...entry, dataPath });
  await fs.rename(DELTA_TMP, target);
  return received;
}

async function store(fs: Files, path: string, answer: Answer, entry: Entry): Promise<Entry> {
  if ('interrupted' in answer) throw new BurpFailure(answer.interrupted);
  await fs.writeFile(path, answer.data);
  return { ...entry, attributes: answer.attributes, end: await endOf(answer) };
}

async function endOf(answer: Received): Promise<NonNullable<Entry['end']>> {
  const end = await answer.end();
  if ('interrupted' in end) throw new BurpFailure(end.interrupted);
  return end;
}

/** Phase 3: both lists become the manifest. That they are gone is the mark of this phase. */
async function makeManifest(fs: Files): Promise<void> {
  const entries = [...(await readPlain(fs, CHANGED)), ...(await readPlain(fs, UNCHANGED))];
  await writePacked(fs, `${WORKING}/manifest.gz${TMP}`, entries.sort(compareEntries));
  for (let list = 0; list < 3; list++) await closeList(fs);
  await fs.rename(`${WORKING}/manifest.gz${TMP}`, `${WORKING}/manifest.gz`);
  await fs.unlink(CHANGED);
  await fs.unlink(UNCHANGED);
}
