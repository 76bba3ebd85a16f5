import * as nodeFs from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { configFiles, minimal } from '../config/testing/config-files.ts';
import { run } from './program.ts';

let place: string;
let out: string[];
let errors: string[];
beforeEach(async () => {
  out = [];
  errors = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => void out.push(text));
  vi.spyOn(console, 'error').mockImplementation((text: string) => void errors.push(text));
  place = await configFiles((directory) => ({
    'server.conf': minimal(
      directory,
      `ca_conf = ${directory}/CA.cnf\nca_name = CA\nca_server_name = server\n`,
    ),
    'CA.cnf': `CA_DIR = ${directory}/CA\n`,
    'clients/desktop': `password = a\ndirectory = ${directory}/elsewhere\n`,
    'clients/laptop': 'password = b\n',
    'clients/unused': 'password = c\n',
    'tree/file': 'content',
  }));
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

const jiggle = (command: string, ...rest: string[]) =>
  run([command, '-c', join(place, 'server.conf'), ...rest]);
const backup = (store: string, client: string) =>
  run(['backup', '--store', join(place, store), '--client', client, join(place, 'tree')]);

it('a configuration says whose backups there are, and where', async () => {
  await backup('elsewhere', 'desktop');
  await backup('store', 'laptop');
  out = [];
  expect(await jiggle('list')).toBe(0);
  expect(out).toEqual([
    expect.stringMatching(/^desktop: 0000001 /),
    expect.stringMatching(/^laptop: 0000001 /),
  ]);
  out = [];
  expect(await jiggle('verify')).toBe(0);
  expect(out).toEqual(['desktop: backup 1: 2 entries, 0 damaged', 'laptop: backup 1: 2 entries, 0 damaged']);
  out = [];
  expect(await jiggle('verify', '--client', 'laptop')).toBe(0);
  expect(out).toEqual(['backup 1: 2 entries, 0 damaged']);
  expect(await jiggle('restore', '--client', 'desktop', '--to', join(place, 'back'))).toBe(0);
  expect(await nodeFs.readFile(join(place, 'back', place, 'tree/file'), 'utf8')).toBe('content');
  expect(await jiggle('recover')).toBe(0);
  expect(await jiggle('delete', '--client', 'laptop', '--backup', '1')).toBe(0);
});

it('damage in one client of many ends in exit code 2 and names client, backup and file', async () => {
  await backup('store', 'laptop');
  await backup('elsewhere', 'desktop');
  const [name] = (await nodeFs.readdir(join(place, 'store/laptop'))).filter((one) => one.startsWith('0'));
  await nodeFs.truncate(join(place, 'store/laptop', name!, 'data/t', place, 'tree/file'));
  out = [];
  expect(await jiggle('verify')).toBe(2);
  expect(out[1]).toMatch(/^laptop: backup 1: .*tree\/file: /);
  expect(out[2]).toBe('laptop: backup 1: 2 entries, 1 damaged');
});

it.each([
  [['list', '--client', 'nobody'], /clients has no client nobody$/, 1],
  [['list', '--store', '/x'], /cannot be used with|conflict/, 254],
  [['ca', 'revoke', 'laptop'], /there is no CA in .*: "jiggle ca init" makes one$/, 1],
  [['ca', 'client', '../x', '--to', '/tmp'], /can't be the name of a client$/, 254],
])('%j is refused in one line', async ([command, ...rest], message, code) => {
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => errors.push(String(text).trim()) > 0);
  const args =
    command === 'ca'
      ? [command, ...rest, '-c', join(place, 'server.conf')]
      : [command!, '-c', join(place, 'server.conf'), ...rest];
  expect(await run(args)).toBe(code);
  expect(errors).toEqual([expect.stringMatching(message)]);
});

it('a CA is made, signs, lists and revokes; and a configuration is checked', async () => {
  expect(await run(['ca', 'init', '-c', join(place, 'server.conf')])).toBe(0);
  expect(await run(['ca', 'init', '-c', join(place, 'server.conf')])).toBe(1);
  await nodeFs.mkdir(join(place, 'for-laptop'));
  const ca = (...args: string[]) => run(['ca', ...args, '-c', join(place, 'server.conf')]);
  expect(await ca('client', 'laptop', '--to', join(place, 'for-laptop'))).toBe(0);
  const { mode } = await nodeFs.stat(join(place, 'for-laptop/ssl_cert-client.key'));
  expect(mode & 0o777).toBe(0o600);
  expect(await ca('revoke', 'laptop')).toBe(0);
  expect(errors.at(-1)).toMatch(/does not set ca_crl_check = 1/);
  out = [];
  expect(await ca('list')).toBe(0);
  expect(out).toEqual([
    expect.stringMatching(/^00 valid until \d{4}-\d\d-\d\d server$/),
    expect.stringMatching(/^01 revoked until \d{4}-\d\d-\d\d laptop$/),
  ]);
  out = [];
  expect(await jiggle('server', '--check')).toBe(0);
  expect(out).toEqual([`${place}/server.conf: understood`]);
  await nodeFs.writeFile(join(place, 'clients/laptop'), 'keep = 0\n');
  errors = [];
  expect(await jiggle('server', '--check')).toBe(1);
  expect(errors).toEqual([`jiggle: ${place}/clients/laptop:1: keep is a whole number from 1 up, not 0`]);
});
