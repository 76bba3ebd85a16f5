import type { LogName, ShelvedBackup } from '../protocol/monitor-ports.ts';
import { Html, html } from './html.ts';
import { STYLE } from './style.ts';

/** One client, as the first page has it. */
export interface Summary {
  readonly name: string;
  readonly labels: readonly string[];
  /** The newest first; undefined if its directory can't be read. */
  readonly backups: readonly ShelvedBackup[] | undefined;
}

/** Lines of a log on a page. */
const MOST_LINES = 20_000;

const LOGS: Readonly<Record<LogName, string>> = {
  backup: 'log',
  restore: 'restore log',
  verify: 'verify log',
  backup_stats: 'counters',
  restore_stats: 'restore counters',
  verify_stats: 'verify counters',
};

/** What is being done, in few words. */
export function stateOf(backups: readonly ShelvedBackup[] | undefined): string {
  if (!backups) return 'can not be read';
  const has = (flag: string): boolean => backups.some(({ flags }) => flags.includes(flag));
  if (has('finishing')) return 'being finished';
  if (has('working')) return 'being received, or cut short';
  return backups.length > 0 ? 'idle' : 'no backup yet';
}

/** The newest finished backup. */
export function newestOf(backups: readonly ShelvedBackup[] | undefined): ShelvedBackup | undefined {
  return backups?.find(({ flags }) => !flags.includes('working') && !flags.includes('finishing'));
}

export function overviewPage(clients: readonly Summary[]): string {
  const rows = clients.map(
    ({ name, labels, backups }) =>
      html`<tr>
        <th scope="row"><a href="${clientPath(name)}">${name}</a></th>
        <td>${stateOf(backups)}</td>
        <td>${newestOf(backups)?.name ?? 'none'}</td>
        <td class="number">${backups?.length ?? 0}</td>
        <td>${labels.join(', ')}</td>
      </tr>`,
  );
  const table = html`<div class="wide" tabindex="0" role="region" aria-label="Clients">
    <table>
      <thead>
        <tr>
          <th scope="col">Client</th>
          <th scope="col">State</th>
          <th scope="col">Newest backup</th>
          <th scope="col" class="number">Backups</th>
          <th scope="col">Labels</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
  return page('Backups', clients.length > 0 ? table : html`<p>There are no clients.</p>`);
}

export function clientPage({ name, labels, backups }: Summary): string {
  const rows = (backups ?? []).map(
    (backup) =>
      html`<tr>
        <th scope="row">${backup.name}</th>
        <td>${backup.flags.filter((flag) => flag !== 'manifest').join(', ')}</td>
        <td>${backup.logs.map((log) => html`<a href="${logPath(name, backup, log)}">${LOGS[log]}</a> `)}</td>
      </tr>`,
  );
  const body = html`<p><a href="/">All clients</a></p>
    <p>${stateOf(backups)}${labels.length > 0 ? ` (${labels.join(', ')})` : ''}</p>
    <div class="wide" tabindex="0" role="region" aria-label="Backups">
      <table>
        <thead>
          <tr>
            <th scope="col">Backup</th>
            <th scope="col">State</th>
            <th scope="col">Logs</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>`;
  return page(name, body);
}

export function logPage(
  client: string,
  backup: ShelvedBackup,
  log: LogName,
  lines: readonly string[],
): string {
  const more = lines.length - MOST_LINES;
  const text = lines.slice(0, MOST_LINES).map((line) => new Html(`${html`${line}`.text}\n`));
  const body = html`<p><a href="${clientPath(client)}">All backups of ${client}</a></p>
    <p>${backup.name}</p>
    <pre tabindex="0">${text}</pre>
    ${more > 0 ? html`<p>${more} lines more are in the file.</p>` : ''}`;
  return page(`${client}: ${LOGS[log]}`, body);
}

export function missingPage(): string {
  return page('Not found', html`<p>There is no such page. <a href="/">All clients</a></p>`);
}

function page(title: string, body: Html): string {
  // The policy has a sum of the style: not a space may come between.
  const style = new Html(`<style>${STYLE}</style>`);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} - jiggle</title>
        ${style}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html> `.text;
}

function clientPath(name: string): string {
  return `/client/${encodeURIComponent(name)}`;
}

function logPath(client: string, { number }: ShelvedBackup, log: LogName): string {
  return `${clientPath(client)}/${number}/${log}`;
}
