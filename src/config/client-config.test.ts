import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadClient } from './client-config.ts';
import { ConfigError } from './config-error.ts';
import { lookupName } from './client-name.ts';
import { loadServerConfig } from './server-config.ts';
import { configFiles, minimal } from './testing/config-files.ts';

async function load(server: string, client: string, others: Record<string, string> = {}) {
  const directory = await configFiles((dir) => ({
    'server.conf': minimal(dir, server),
    'clients/laptop': client,
    ...others,
  }));
  const { config } = await loadServerConfig(join(directory, 'server.conf'));
  return { directory, config, loaded: await loadClient(config, 'laptop') };
}

it("a client's file has the last word, then the server's, then Burp's defaults", async () => {
  const { directory, loaded } = await load(
    'compression = zlib5\nlibrsync = 0\nhard_quota = 2gb\nclient_can_delete = 0\n',
    'password = secret\nlibrsync = 1\nworking_dir_recovery_method = resume\nclient_can_list = 0\n',
  );
  expect(loaded?.client).toMatchObject({
    name: 'laptop',
    certificateName: 'laptop',
    password: 'secret',
    checksPassword: true,
    enabled: true,
    directory: join(directory, 'store'),
    hardQuota: 2 ** 31,
    softQuota: 0,
    can: { delete: false, list: false, restore: true, verify: true, diff: true, forceBackup: true },
    settings: {
      compression: 5,
      librsync: true,
      recovery: 'resume',
      maxResumeAttempts: 0,
      maxHardlinks: 10_000,
    },
    includes: [],
  });
});

it("lists of a client replace the server's, but who may use its backups is added", async () => {
  const { loaded } = await load(
    'timer_arg = 20h\ntimer_arg = always\nsuper_client = boss\nrestore_client = a\n',
    'keep = 3\nkeep = 2\ntimer_arg = 1h\nrestore_client = b\n',
  );
  expect(loaded?.client).toMatchObject({
    timerArgs: ['1h'],
    superClients: ['boss'],
    restoreClients: ['a', 'b'],
    settings: { keep: [3, 3] },
  });
});

it('one more is kept of the last of several keeps, as with Burp', async () => {
  expect((await load('keep = 4\nkeep = 6\n', 'password = x')).loaded?.client.settings.keep).toEqual([
    7, 4, 7,
  ]);
  expect((await load('', 'password = x')).loaded?.client.settings.keep).toEqual([7]);
});

it("passwords and names in the server's file are nobody's", async () => {
  const { loaded } = await load('password = secret\nssl_peer_cn = other\n', 'enabled = 1');
  expect(loaded?.client).toMatchObject({ password: undefined, passwd: undefined, certificateName: 'laptop' });
});

it("includes are sent in Burp's order, with its defaults, if there is one", async () => {
  const { loaded } = await load(
    'exclude_comp = gz\n',
    'include = /b\nexclude = /b/c\ninclude = /a\nmax_file_size = 5mb\nexclude_comp = zip\nacl = 0\n',
  );
  expect(loaded?.client.includes).toEqual([
    'include = /a',
    'include = /b',
    'exclude = /b/c',
    'exclude_comp = zip',
    'cross_all_filesystems = 0',
    'read_all_fifos = 0',
    'read_all_blockdevs = 0',
    'min_file_size = 0',
    'max_file_size = 5242880',
    'split_vss = 0',
    'strip_vss = 0',
    'acl = 0',
    'xattr = 1',
    'atime = 0',
    'scan_problem_raises_error = 0',
    'overwrite = 0',
    'strip = 0',
    'regex_case_insensitive = 0',
  ]);
  expect((await load('', 'exclude = /x\n')).loaded?.client.includes).toEqual([]);
});

it('what is said about includes without an include is a warning with its line, since it does nothing', async () => {
  const { loaded } = await load('', 'password = x\nexclude = /x\nstrip_vss = 1\nexclude = /y\n');
  expect(loaded?.warnings).toEqual([
    expect.stringMatching(/laptop:2: exclude has no effect without an include/),
    expect.stringMatching(/laptop:4: exclude has no effect without an include/),
    expect.stringMatching(/laptop:3: strip_vss has no effect without an include/),
  ]);
  expect((await load('', 'include = /home\nexclude = /x\n')).loaded?.warnings).toEqual([]);
});

it('addresses are those of the list, and all without a list', async () => {
  const { loaded } = await load('', 'network_allow = 10.0.0.7/8\nnetwork_allow = ::1\n');
  const allowed = ['10.9.9.9', '::ffff:10.1.2.3', '::1', '11.0.0.1', '::2', 'nonsense'].filter((address) =>
    loaded?.client.allowsAddress(address),
  );
  expect(allowed).toEqual(['10.9.9.9', '::ffff:10.1.2.3', '::1']);
  expect((await load('', 'enabled = 1')).loaded?.client.allowsAddress('11.0.0.1')).toBe(true);
});

it('a client without a file, or with a directory in its place, is unknown', async () => {
  const { config } = await load('', 'enabled = 1', { 'clients/incexc/example': '' });
  for (const name of ['nobody', 'incexc', 'laptop/x', 'x'.repeat(300)])
    expect(await loadClient(config, name)).toBeUndefined();
});

it("a mistake in a client's file is an error with its place", async () => {
  const error = await load('', 'password = x\nnetwork_allow = everywhere\n').catch(
    (reason: unknown) => reason,
  );
  expect((error as ConfigError).problems).toEqual([
    expect.stringMatching(/clients\/laptop:2: network_allow is an address or a network such as/),
  ]);
});

it("an option of the server in a client's file is a warning", async () => {
  const { loaded } = await load('', 'password = x\nlisten = 127.0.0.1:1\n');
  expect(loaded?.warnings).toEqual([
    expect.stringMatching(/laptop:2: listen has no effect in a client's file/),
  ]);
});

it('names are looked up as configured', () => {
  expect(lookupName('Host.Example', { isLowerCase: false, keepsDomain: true })).toBe('Host.Example');
  expect(lookupName('Host.Example', { isLowerCase: true, keepsDomain: false })).toBe('host');
  expect(lookupName('..', { isLowerCase: false, keepsDomain: false })).toBe('');
});

it.each([
  ['$1$saltsalt$9xy1btjgzLYfb7hivXtC//', /laptop:1: passwd: it is made with MD5.*"openssl passwd -6"/],
  ['abNANd1rDfiNc', /laptop:1: passwd: it is made with DES.*eight characters/],
])('an old hash is taken, and a better one advised (%s)', async (passwd, warning) => {
  const { loaded } = await load('', `passwd = ${passwd}\n`);
  expect(loaded).toMatchObject({ client: { passwd }, warnings: [expect.stringMatching(warning)] });
});

it.each([
  '$y$j9T$Zq5$Rjk',
  '$2b$12$abcdefghijklmnopqrstuuu',
  '$apr1$saltsalt$LrttParrLPdxvgutaSXWJ0',
  'secret',
])('a hash that is not understood is an error that does not show it (%s)', async (passwd) => {
  const error = await load('', `passwd = ${passwd}\n`).catch((reason: unknown) => reason);
  expect((error as ConfigError).problems).toEqual([
    expect.stringMatching(
      /laptop:1: passwd takes a hash .*"openssl passwd -6" makes one, not what is written/,
    ),
  ]);
});
