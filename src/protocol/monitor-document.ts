import { type Entry, type Letter } from '../storage/manifest/entry.ts';
import { type ByteString, toBytes } from '../storage/manifest/byte-string.ts';
import { countersIn } from '../storage/stats.ts';
import { timeIn } from './backup-time.ts';
import { DirectoryView } from './browse.ts';
import type { Child, LogName, ShelvedBackup, WatchedClient } from './monitor-ports.ts';

/** Burp's words for what monitors ask for, taken apart. */
export interface Question {
  readonly client: string;
  readonly backup: string;
  readonly log: string;
  /** Undefined if no directory is asked for. */
  readonly browse: string | undefined;
}

const NEVER_LISTED: ReadonlySet<Letter> = new Set(['m', 'n', 'v', 'V', 'u', 'U']);
/** What Burp shows of an entry. */
const SHOWN = [
  'dev',
  'ino',
  'mode',
  'nlink',
  'uid',
  'gid',
  'rdev',
  'size',
  'blksize',
  'blocks',
  'atime',
  'ctime',
  'mtime',
] as const;

/** All clients, each with its current backup and the one in progress. */
export async function overview(clients: readonly WatchedClient[], now: number): Promise<object> {
  const shown = [];
  for (const client of clients) {
    const backups = await client.backups();
    const chosen = ['current', 'working', 'finishing'].flatMap((flag) =>
      backups.filter(({ flags }) => flags.includes(flag)).slice(0, 1),
    );
    shown.push(clientOf(client, [...new Set(chosen)].map(backupOf), now));
  }
  return { clients: shown };
}

/** One client with all its backups. */
export async function clientDocument(client: WatchedClient, now: number): Promise<object> {
  return { clients: [clientOf(client, (await client.backups()).map(backupOf), now)] };
}

/** One backup, with the lines of a log, or with what is in a directory, if they are asked for. */
export async function backupDocument(
  client: WatchedClient,
  backup: ShelvedBackup,
  { log, browse }: Question,
  now: number,
): Promise<object> {
  const shown: Record<string, unknown> = backupOf(backup);
  const name = log as LogName;
  const lines = backup.logs.includes(name) ? await client.lines(backup.name, name) : undefined;
  if (lines) shown['logs'] = { ...(shown['logs'] as object), [log]: lines };
  if (browse !== undefined)
    shown['browse'] = { directory: browse, entries: await entriesIn(client, backup, browse) };
  return { clients: [clientOf(client, [shown], now)] };
}

function clientOf({ name, labels, children }: WatchedClient, backups: object[], now: number): object {
  return {
    name,
    ...(labels.length > 0 && { labels }),
    run_status: children.length > 0 ? 'running' : 'idle',
    protocol: 1,
    ...(children.length > 0 && { children: children.map((child) => childOf(child, now)) }),
    backups,
  };
}

function childOf({ pid, backup, action, phase, started, tally }: Child, now: number): object {
  const single = (name: string, type: string, count: number) => ({ name, type, count });
  const counters = [
    ...(tally
      ? [
          ...countersIn(tally),
          single('bytes_estimated', 'G', tally.estimated),
          single('bytes', 'O', tally.bytes),
        ]
      : []),
    single('time_start', 'b', started),
    single('time_end', 'E', Math.floor(now / 1000)),
  ];
  return { pid, backup, action, phase, counters };
}

function backupOf({ line, number, flags, logs }: ShelvedBackup): Record<string, unknown> {
  return {
    number,
    timestamp: Math.floor((timeIn(line) ?? 0) / 1000),
    flags,
    ...(logs.length > 0 && { logs: { list: logs } }),
  };
}

/** `*` is everything, by whole paths. */
async function entriesIn(client: WatchedClient, backup: ShelvedBackup, browse: string): Promise<object[]> {
  const opened = await client.open(backup.name);
  try {
    const view = new DirectoryView(Buffer.from(browse).toString('latin1'));
    const entries: object[] = [];
    for await (const entry of opened.entries()) {
      if (NEVER_LISTED.has(entry.letter)) continue;
      const shown = browse.startsWith('*') ? entry : view.show(entry);
      if (shown) entries.push(entryOf(shown));
    }
    return entries;
  } finally {
    await opened.close();
  }
}

function entryOf({ path, link, attributes }: Entry): object {
  const numbers = SHOWN.map((name) => [name, Number(attributes[name])]);
  return { name: textOf(path), link: textOf(link ?? ''), ...Object.fromEntries(numbers) };
}

/** JSON is UTF-8, so of names that are not, something is lost. */
function textOf(path: ByteString): string {
  return Buffer.from(toBytes(path)).toString('utf8');
}
