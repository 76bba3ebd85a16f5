import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compiled } from './compiled.ts';

let place: string;
let store: string[];
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'jiggle-output-'));
  store = ['--store', join(place, 'store'), '--client', 'me'];
  await mkdir(join(place, 'tree'));
  await writeFile(join(place, 'tree/file'), 'content');
  const { code } = await inShell(['backup', ...store, join(place, 'tree')], '>/dev/null');
  expect(code).toBe('0');
});
afterAll(() => rm(place, { recursive: true, force: true }));

/** Gives what the command ended with, and what it said on standard error. */
async function inShell(
  args: readonly string[],
  rest: string,
  before = ':',
): Promise<{ code: string; stderr: string }> {
  const script = `${before}; "$@" ${rest}; echo \${PIPESTATUS[0]} >&3`;
  const argv = ['-c', script, 'bash', process.execPath, compiled(), ...args];
  const child = spawn('bash', argv, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  let stderr = '';
  let code = '';
  child.stdio[2]!.on('data', (data) => (stderr += String(data)));
  child.stdio[3]!.on('data', (data) => (code += String(data)));
  await once(child, 'close');
  return { code: code.trim(), stderr };
}

const SPEAKERS = [
  { words: '--help', ofStore: false },
  { words: 'server --help', ofStore: false },
  { words: 'list', ofStore: true },
  { words: 'verify', ofStore: true },
];

describe.each(SPEAKERS)('standard output of jiggle $words', ({ words, ofStore }) => {
  const args = (): string[] => [...words.split(' '), ...(ofStore ? store : [])];

  it('that somebody reads ends it with 0', async () => {
    expect(await inShell(args(), '| cat')).toEqual({ code: '0', stderr: '' });
  });

  it('that nobody reads any more ends it with 141, without a word', async () => {
    expect(await inShell(args(), '>&4', 'exec 4> >(true); wait $!')).toEqual({ code: '141', stderr: '' });
  });

  it('that is full ends it with 1, and a line that says so', async () => {
    const stderr = "jiggle: standard output can't be written to (ENOSPC)\n";
    expect(await inShell(args(), '>/dev/full')).toEqual({ code: '1', stderr });
  });
});

it('standard error that is full changes nothing', async () => {
  expect((await inShell(['list', ...store, '--no-such-option'], '2>/dev/full')).code).toBe('254');
});
