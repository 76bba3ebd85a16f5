import * as nodeFs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { run } from './program.ts';

let base: string;
let out: string[];
let errors: string[];
beforeEach(async () => {
  base = await nodeFs.realpath(await nodeFs.mkdtemp(join(tmpdir(), 'jiggle-cli-')));
  await nodeFs.mkdir(join(base, 'tree'));
  await nodeFs.writeFile(join(base, 'tree/file'), 'first');
  out = [];
  errors = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => void out.push(text));
  vi.spyOn(console, 'error').mockImplementation((text: string) => void errors.push(text));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => errors.push(String(text)) > 0);
});
afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = 0;
  await nodeFs.rm(base, { recursive: true, force: true });
});

const jiggle = (command: string, ...rest: string[]) =>
  run([command, '--store', join(base, 'store'), '--client', 'me', ...rest]);

it('backs up, lists, verifies, restores and deletes', async () => {
  expect(await jiggle('backup', join(base, 'tree'))).toBe(0);
  await nodeFs.writeFile(join(base, 'tree/file'), 'second one');
  expect(await jiggle('backup', join(base, 'tree'), '--compression', '0', '--keep', '3,2')).toBe(0);
  out = [];
  expect(await jiggle('list')).toBe(0);
  expect(out).toEqual([
    expect.stringMatching(/^0000001 .* \(deletable\)$/),
    expect.stringMatching(/^0000002 .* \(current\)$/),
  ]);
  out = [];
  expect(await jiggle('verify')).toBe(0);
  expect(out).toEqual(['backup 1: 2 entries, 0 damaged', 'backup 2: 2 entries, 0 damaged']);
  expect(await jiggle('restore', '--backup', '1', '--to', join(base, 'back'))).toBe(0);
  expect(await nodeFs.readFile(join(base, 'back', base, 'tree/file'), 'utf8')).toBe('first');
  expect(await jiggle('restore', '--backup', '1', '--to', join(base, 'back'))).toBe(2);
  expect(errors).toMatchObject([expect.stringContaining('exists already')]);
  expect(await jiggle('delete', '--backup', '1')).toBe(0);
  expect(await jiggle('recover')).toBe(0);
});

it('damage ends in exit code 2 and names the file', async () => {
  await jiggle('backup', join(base, 'tree'), '--compression', '0');
  const [name] = (await nodeFs.readdir(join(base, 'store/me'))).filter((one) => one.startsWith('0'));
  await nodeFs.writeFile(join(base, 'store/me', name!, 'data/t', base, 'tree/file'), 'fir5t');
  expect(await jiggle('verify')).toBe(2);
  expect(out.join('\n')).toContain('tree/file');
  expect(await jiggle('restore', '--to', join(base, 'back'))).toBe(2);
  await expect(nodeFs.lstat(join(base, 'back', base, 'tree/file'))).rejects.toMatchObject({ code: 'ENOENT' });
});

it('a store inside the directory is not backed up into itself', async () => {
  await nodeFs.mkdir(join(base, 'store'));
  expect(await jiggle('backup', base)).toBe(2);
  expect(errors).toMatchObject([expect.stringContaining('left out')]);
});

it.each([
  ['an unknown command', ['sync'], /unknown command/],
  ['a missing store', ['list', '--client', 'me'], /--store/],
  [
    'a level out of range',
    ['backup', '--store', 's', '--client', 'c', '--compression', '10', '.'],
    /from 0 to 9/,
  ],
  [
    'an unknown method',
    ['backup', '--store', 's', '--client', 'c', '--recovery', 'hope', '.'],
    /delete, resume/,
  ],
  ['a keep of none', ['backup', '--store', 's', '--client', 'c', '--keep', '0', '.'], /from 1 up/],
  ['a bad expression', ['restore', '--store', 's', '--client', 'c', '--to', 't', '--regex', '('], /regular/],
  ['a client outside the store', ['list', '--store', '.', '--client', '../x'], /client's name/],
])('%s ends in exit code 254 and one clear line', async (_, args, message) => {
  expect(await run(args)).toBe(254);
  expect(errors.join('')).toMatch(message);
  expect(errors.join('')).not.toContain('    at ');
});

it.each([
  ['no such store', ['list', '--store', '/does/not/exist', '--client', 'me'], /no directory/],
  ['no such backup', ['verify', '--store', '.', '--client', 'nobody', '--backup', '3'], /no backup 3/],
])('%s ends in exit code 1 and one clear line', async (_, args, message) => {
  expect(await run(args)).toBe(1);
  expect(errors.join('')).toMatch(message);
});
