import type { WatchedClient } from '../protocol/monitor-ports.ts';
import { codeOf } from '../storage/errors.ts';
import { type Summary, clientPage, logPage, missingPage, overviewPage } from './pages.ts';

/** What there is to see: read afresh for each page. */
export interface Watched {
  everybody(): Promise<readonly WatchedClient[]>;
}

export interface Answer {
  readonly status: 200 | 404;
  readonly body: string;
}

/** The page at a path, which is as it came over the network. Changes nothing, whatever is asked for. */
export async function answer(path: string, watched: Watched): Promise<Answer> {
  const body = await find(path, watched);
  return body === undefined ? { status: 404, body: missingPage() } : { status: 200, body };
}

async function find(path: string, watched: Watched): Promise<string | undefined> {
  const clients = await watched.everybody();
  if (path === '/') return overviewPage(await Promise.all(clients.map(summaryOf)));
  const [empty, kind, client, number, log, ...more] = path.split('/');
  const found = clients.find(({ name }) => name === decoded(client ?? ''));
  if (empty !== '' || kind !== 'client' || more.length > 0 || !found) return undefined;
  const summary = await summaryOf(found);
  if (number === undefined) return clientPage(summary);
  const backup = summary.backups?.find((one) => String(one.number) === number);
  const name = backup?.logs.find((one) => one === log);
  const lines = backup && name && (await found.lines(backup.name, name));
  return lines && logPage(found.name, backup, name, lines);
}

/** A client whose directory can't be read must not hide the others. */
async function summaryOf(client: WatchedClient): Promise<Summary> {
  const { name, labels } = client;
  try {
    return { name, labels, backups: await client.backups() };
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return { name, labels, backups: undefined };
  }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
