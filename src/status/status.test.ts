import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ShelvedBackup, WatchedClient } from '../protocol/monitor-ports.ts';
import { html } from './html.ts';
import { StatusServer } from './server.ts';
import { answer } from './site.ts';

const CURRENT: ShelvedBackup = {
  name: '0000002 2026-11-25 07:20:52 +0000',
  line: '0000002 2026-11-25 07:20:52 +0000',
  number: 2,
  flags: ['current', 'manifest'],
  logs: ['backup', 'backup_stats'],
};
const WORKING: ShelvedBackup = { ...CURRENT, name: '0000003 x', number: 3, flags: ['working'], logs: [] };
const HOSTILE = '<img src=x>&"\'\u202e\u0000';

const client = (name: string, more: Partial<WatchedClient> = {}): WatchedClient => ({
  name,
  labels: [],
  children: [],
  backups: async () => [WORKING, CURRENT],
  lines: async (backup, log) => (backup === CURRENT.name && log === 'backup' ? ['one', HOSTILE] : undefined),
  open: () => Promise.reject(new Error('nobody looks into backups')),
  ...more,
});
const broken = client('broken', {
  backups: () => Promise.reject(Object.assign(new Error('no'), { code: 'EACCES' })),
});
const watched = { everybody: async () => [client('laptop', { labels: [HOSTILE] }), client(HOSTILE), broken] };
const page = (path: string) => answer(path, watched);

describe('the pages', () => {
  it('show each client, with its newest finished backup, and what is going on', async () => {
    const { status, body } = await page('/');
    expect(status).toBe(200);
    expect(body).toMatch(/laptop<\/a>[^]*being received, or cut short[^]*0000002 2026-11-25 07:20:52 \+0000/);
    expect(body).toMatch(/broken<\/a>[^]*can not be read/);
  });

  it('lead from there to backups, and to their logs, line by line', async () => {
    const { body } = await page('/client/laptop');
    expect(body).toContain('href="/client/laptop/2/backup"');
    const log = await page('/client/laptop/2/backup');
    expect(log.body).toContain('<pre tabindex="0">one\n&lt;img');
  });

  it('have no markup but their own, whatever things are called', async () => {
    for (const path of ['/', `/client/${encodeURIComponent(HOSTILE)}`, '/client/laptop/2/backup']) {
      const { status, body } = await page(path);
      expect(status).toBe(200);
      expect(body).not.toContain('<img');
      for (const hidden of ['\u202e', '\u0000']) expect(body).not.toContain(hidden);
      expect(body).toContain('&lt;img src=x&gt;&amp;&quot;&#39;\\u{202e}\\u{0}');
    }
  });

  it.each([
    '/client',
    '/client/',
    '/client/nobody',
    '/client/laptop/9',
    '/client/laptop/9/backup',
    '/client/laptop/2/restore',
    '/client/laptop/2/backup_stats',
    '/client/laptop/2/backup/more',
    '/client/laptop/../../etc/passwd',
    '/client/%E0%A4%A/2',
    '//',
    '/etc/passwd',
    '*',
  ])('are none at %s', async (path) => {
    expect((await page(path)).status).toBe(404);
  });
});

it('values are escaped, and markup is not escaped twice', () => {
  expect(html`<b title="${'"'}">${'<'}${1}${[html`<i>${'&'}</i>`]}</b>`.text).toBe(
    '<b title="&quot;">&lt;1<i>&amp;</i></b>',
  );
});

describe('the server', () => {
  let server: StatusServer;
  let complaints: string[];
  beforeEach(async () => {
    complaints = [];
    server = await StatusServer.open(0, watched, (text) => complaints.push(text));
  });
  afterEach(() => server.close());

  const ask = (path: string, { method = 'GET', host }: { method?: string; host?: string } = {}) =>
    new Promise<{ status: number; body: string; policy: string }>((resolve, reject) => {
      const asked = request(
        server.address,
        { path, method, ...(host && { headers: { host } }) },
        (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (text: string) => (body += text));
          response.on('end', () => {
            const policy = String(response.headers['content-security-policy']);
            resolve({ status: response.statusCode!, body, policy });
          });
        },
      );
      asked.on('error', reject).end();
    });

  it('listens on this machine only, and gives pages that may ask for nothing and run nothing', async () => {
    expect(server.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const { status, body, policy } = await ask('/?x=1');
    expect(status).toBe(200);
    expect(body).toContain('laptop');
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(policy).not.toContain('unsafe');
  });

  it('only gives: every other method is refused, and HEAD has no body', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])
      expect((await ask('/', { method })).status).toBe(405);
    expect(await ask('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });

  it('answers under its own name only: a page elsewhere can not look through a name that leads here', async () => {
    for (const host of ['evil.example', 'evil.example:80', 'localhost.evil.example'])
      expect((await ask('/', { host })).status).toBe(403);
    for (const host of ['localhost', 'LOCALHOST:4973', '[::1]:1'])
      expect((await ask('/', { host })).status).toBe(200);
  });

  it('goes on after a mistake, and says it where it runs, not on a page', async () => {
    const failing = await StatusServer.open(
      0,
      { everybody: () => Promise.reject(new Error('secret')) },
      (text) => complaints.push(text),
    );
    const response = await fetch(failing.address);
    expect([response.status, await response.text(), complaints]).toEqual([500, '', ['secret']]);
    await failing.close();
  });

  it('says in one line that its port is taken', async () => {
    const port = Number(new URL(server.address).port);
    await expect(StatusServer.open(port, watched, () => {})).rejects.toThrow(
      new RegExp(`^can't listen on 127.0.0.1:${port}: `),
    );
  });
});
