import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ConfigError } from './config-error.ts';
import { loadServerConfig } from './server-config.ts';
import { configFiles, minimal } from './testing/config-files.ts';

async function load(more: string, others: Record<string, string> = {}) {
  const directory = await configFiles((dir) => ({ 'server.conf': minimal(dir, more), ...others }));
  return { directory, loaded: loadServerConfig(join(directory, 'server.conf')) };
}

async function problems(more: string, others: Record<string, string> = {}): Promise<readonly string[]> {
  const { directory, loaded } = await load(more, others);
  const error = await loaded.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConfigError)) throw new Error(`it was accepted, or worse: ${String(error)}`);
  return error.problems.map((one) => one.replaceAll(`${directory}/`, ''));
}

it('what is not said is as Burp has it', async () => {
  const { directory, loaded } = await load('');
  const { config, warnings } = await loaded;
  expect(warnings).toEqual([]);
  expect(config).toMatchObject({
    listen: [{ address: '127.0.0.1', port: 4971, maxClients: 5 }],
    directory: join(directory, 'store'),
    umask: 0o022,
    stdout: true,
    syslog: false,
    idleLimit: 7_200_000,
    cname: { isLowerCase: false, keepsDomain: true },
    tls: { ca: join(directory, 'ca.pem'), needsCertificate: false, checksRevoked: false },
    authority: undefined,
  });
});

it.skipIf(!existsSync('/etc/burp/burp-server.conf'))(
  "the file that comes with Debian's burp is taken as it is (skipped without that package)",
  async () => {
    const { config, warnings } = await loadServerConfig('/etc/burp/burp-server.conf');
    expect(warnings).toEqual([]);
    expect(config).toMatchObject({
      listen: [{ address: '0.0.0.0', port: 4971, maxClients: 5 }],
      directory: '/var/spool/burp',
      authority: { conf: '/etc/burp/CA.cnf', name: 'burpCA', serverName: 'burpserver' },
      tls: { checksRevoked: true },
    });
  },
);

it('several listeners have their own limits, or that of the one before', async () => {
  const { loaded } = await load(
    'listen = :::4971\nlisten = localhost:5000\nmax_children = 2\nmax_children = 3\n',
  );
  expect((await loaded).config.listen).toEqual([
    { address: '127.0.0.1', port: 4971, maxClients: 2, purpose: 'backups' },
    { address: '::', port: 4971, maxClients: 3, purpose: 'backups' },
    { address: 'localhost', port: 5000, maxClients: 3, purpose: 'backups' },
  ]);
});

it('other files are read where they are named, in order, relative to the one that names them', async () => {
  const { loaded } = await load('. conf.d/*\n', {
    'conf.d/b': 'umask = 0077\n',
    'conf.d/a': 'umask = 0027\n. ../more/c',
    'conf.d/.hidden': 'umask = 0000\n',
    'more/c': 'network_timeout = 60',
  });
  expect((await loaded).config).toMatchObject({ umask: 0o077, idleLimit: 60_000 });
});

it('warnings name file and line, and what asks for nothing gets none', async () => {
  const { directory, loaded } = await load(
    'no_such_thing = 1\ndirectory_tree = 0\nserver = here\ndirectory_tree = 1\ndedup_group = global\n' +
      'fail_on_warning = 0\npassword = secret\n',
  );
  expect((await loaded).warnings).toEqual([
    `${directory}/server.conf:9: there is no option no_such_thing: it has no effect`,
    `${directory}/server.conf:10: directory_tree has no effect: data are always stored as a tree`,
    `${directory}/server.conf:11: server has no effect: it is an option of clients`,
    `${directory}/server.conf:15: password has no effect in a server's file`,
  ]);
});

it.each([
  [
    'encryption_password = x',
    /^server.conf:9: encryption_password can't be honoured: only the client encrypts/,
  ],
  ['manual_delete = trash', /^server.conf:9: manual_delete takes an absolute path, not "trash"/],
  ['timestamp_format = %D', /^server.conf:9: timestamp_format takes a strftime format .*, not "%D"/],
  ['timestamp_format = %Y %Z', /^server.conf:9: timestamp_format takes/],
  ['timestamp_format = %Y/%m', /^server.conf:9: timestamp_format takes/],
  ['timestamp_format = "%Y "', /^server.conf:9: timestamp_format takes/],
  ['timestamp_format = ""', /^server.conf:9: timestamp_format takes|timestamp_format/],
  [`timestamp_format = ${'%A'.repeat(12)}`, /^server.conf:9: timestamp_format takes/],
  ['librsync = yes', /^server.conf:9: librsync takes 0 or 1, not "yes"/],
  ['hard_quota = 3 tb', /^server.conf:9: hard_quota takes a size/],
  ['keep = 0', /^server.conf:9: keep is a whole number from 1 up, not 0/],
  ['keep = 7000\nkeep = 7000', /^server.conf:10: the keep values multiply/],
  ['listen = 4971', /^server.conf:9: listen is an address and a port/],
  ['listen = 127.0.0.1:70000', /^server.conf:9: listen is an address and a port/],
  ['max_children = 1\nmax_children = 2', /^server.conf:10: there are more max_children/],
  ['max_children = 0', /^server.conf:9: max_children is a whole number from 1 up/],
  ['listen_status = 4972', /^server.conf:9: listen_status is an address and a port/],
  [
    'listen_status = ::1:4972\nmax_status_children = 0',
    /^server.conf:10: max_status_children is a whole number/,
  ],
  ['max_status_children = 1', /^server.conf:9: there are more max_status_children than listen_status/],
  ['mode = client', /^server.conf:9|^mode must be server/],
  ['ratelimit = 0', /^server.conf:9: ratelimit takes megabits/],
  ['compression = zlib10', /^server.conf:9: compression takes zlib0 to zlib9/],
  ['ca_conf = /etc/CA.cnf\nca_server_name = server', /^server.conf:9: ca_conf needs ca_name/],
  ['ca_conf = /etc/CA.cnf\nca_name = ../x\nca_server_name = y', /^server.conf:10: ca_name is letters/],
  ['ca_conf = /etc/CA.cnf\nca_name = x\nca_server_name = x', /^server.conf:11: ca_name and ca_server_name/],
  ['directory /var', /^server.conf:9: a line is/],
  ['. nothing/*', /^server.conf:9: no file matches/],
  ['. nothing', /^server.conf:9: nothing can't be read \(ENOENT\)/],
  ['. server.conf', /include each other more than 16 deep/],
  ['user = gr\xfcn', /^server.conf:9: the line is not UTF-8/],
])('%j is an error of one line with its place', async (line, expected) => {
  const found = await problems(`${line}\n`);
  expect(found[0]).toMatch(expected);
  expect(found.join('')).not.toContain('\n');
});

it('everything that is wrong is said at once', async () => {
  expect(await problems('librsync = 2\n. extra\n', { extra: 'umask = 9\nkeep' })).toEqual([
    'extra:2: a line is "name = value", a comment that starts with #, or ". file"',
    'server.conf:9: librsync takes 0 or 1, not "2"',
    'extra:1: umask takes an octal number, not "9"',
  ]);
});

it('what is needed and not set is named', async () => {
  const directory = await configFiles(() => ({ 'server.conf': '# nothing\n' }));
  const error = await loadServerConfig(join(directory, 'server.conf')).catch((reason: unknown) => reason);
  const missing = ['mode', 'keep', 'ssl_cert', 'listen', 'clientconfdir', 'directory', 'ssl_cert_ca'];
  expect((error as ConfigError).problems).toEqual(
    missing.map((name) => `${directory}/server.conf: ${name} is not set`),
  );
});

it('a comment may be in any encoding', async () => {
  const { loaded } = await load('# gr\xfcn\n');
  expect((await loaded).warnings).toEqual([]);
});
