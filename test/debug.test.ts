import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Inspector, type Told } from '../harness/cli/testing/inspector.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BIN = join(ROOT, 'bin/blackout.js');

/** A module that saves where it stands, and the scenario of it. */
const MODULE = `
const fs = require('node:fs');
exports.save = () => {
  fs.writeFileSync('/t', 'new');
  fs.renameSync('/t', '/f'); // the call that does it
};
`;
const OF_MODULE = `
import { program } from 'blackout';
export default program({
  name: 'module',
  load: './save.cjs',
  setup: ({ fs }) => fs.writeFileSync('/f', 'old'),
  run: async ({ load }) => (await load()).save(),
  check: () => {},
});
`;

/** One that saves by promises, and does not sync. */
const SCENARIOS = `
import { readFileSync } from 'node:fs';
const check = async ({ fs }) => {
  const text = await fs.readFile('/f', 'utf8');
  if (text !== 'old' && text !== 'new') return { invariant: 'old or new', message: text };
};
const setup = async ({ fs }) => await fs.writeFile('/f', 'old');
async function save(fs) {
  await fs.writeFile('/t', 'new');
  await fs.rename('/t', '/f'); // the call
}
async function tidy(fs) {
  await fs.mkdir('/tidied'); // the recovery
}
export default [
  { name: 'promises', setup, check, run: ({ fs }) => save(fs), recover: async ({ fs }) => {
    if (!(await fs.readdir('/')).includes('tidied')) await tidy(fs);
  } },
];
`;

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'blackout-debug-'));
  await writeFile(join(directory, 's.mjs'), SCENARIOS);
  await writeFile(join(directory, 'save.cjs'), MODULE);
  await writeFile(join(directory, 'm.mjs'), OF_MODULE);
  await mkdir(join(directory, 'node_modules'));
  await symlink(ROOT, join(directory, 'node_modules/blackout'));
});

afterAll(async () => await rm(directory, { recursive: true }));

interface Command {
  readonly code: Promise<number | null>;
  readonly said: () => string;
  /** Resolves once that has been said. */
  readonly says: (what: RegExp) => Promise<RegExpExecArray>;
}

function blackout(...argv: readonly string[]): Command {
  const child = spawn(process.execPath, [BIN, ...argv], { cwd: directory });
  let said = '';
  const listeners = new Set<() => void>();
  const hear = (text: Buffer): void => {
    said += text.toString();
    for (const each of listeners) each();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const code = new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    code,
    said: () => said,
    says: async (what) =>
      await new Promise((resolve, reject) => {
        const look = (): void => {
          const found = what.exec(said);
          if (found) resolve(found);
        };
        listeners.add(look);
        look();
        void code.then(() => reject(new Error(`it ended without it: ${said}`)));
      }),
  };
}

/** The lines of the scenario's file on a stack, from the inside out, without what is the tester's. */
function userLines(
  { scripts }: Inspector,
  told: Told | undefined,
  file = '/s.mjs',
  source = SCENARIOS,
): readonly string[] {
  const text = source.split('\n');
  const frames = told?.params?.callFrames ?? [];
  return frames
    .filter(({ location }) => scripts.get(location.scriptId)!.endsWith(file))
    .map(({ location }) => text[location.lineNumber]!.trim());
}

async function tokenOf(name: string, from = './s.mjs'): Promise<string> {
  const ran = blackout('repro', name, '--from', from, '--at', '3', '--model', 'posix');
  await ran.code;
  return /repro '([^']+)'/.exec(ran.said())![1]!;
}

describe('repro --debug', () => {
  it('stops a debugger in the call that makes the last op before the cut, and in the recovery', async () => {
    const token = await tokenOf('promises');
    const ran = blackout('repro', token, '--from', './s.mjs', '--debug', '0');
    const [, url] = await ran.says(/Debugger listening on (ws:\S+)/);
    await ran.says(/waiting for a debugger: "attach" in an editor, or node inspect 127\.0\.0\.1:\d+/);
    const inspector = await Inspector.attach(url!);
    inspector.send('Debugger.enable');
    inspector.send('Runtime.runIfWaitingForDebugger');
    const cut = await inspector.next('Debugger.paused');
    expect(userLines(inspector, cut)).toEqual(["await fs.rename('/t', '/f'); // the call"]);
    expect(ran.said()).toContain(
      'stopped in the main life at op 3, rename /t -> /f (s.mjs:10:12): the power goes off right after it',
    );
    inspector.send('Debugger.resume');
    const recovery = await inspector.next('Debugger.paused');
    expect(userLines(inspector, recovery)[0]).toBe("await fs.mkdir('/tidied'); // the recovery");
    inspector.send('Debugger.resume');
    await ran.says(/Broken: old or new/);
    inspector.close();
    expect(await ran.code).toBe(1);
  });

  it('stops where a module makes a call that takes effect there and then', async () => {
    const token = await tokenOf('module', './m.mjs');
    const ran = blackout('repro', token, '--from', './m.mjs', '--debug', '127.0.0.1:0');
    const [, url] = await ran.says(/Debugger listening on (ws:\S+)/);
    const inspector = await Inspector.attach(url!);
    inspector.send('Debugger.enable');
    inspector.send('Runtime.runIfWaitingForDebugger');
    const cut = await inspector.next('Debugger.paused');
    expect(userLines(inspector, cut, '/save.cjs', MODULE)).toEqual([
      "fs.renameSync('/t', '/f'); // the call that does it",
    ]);
    expect(ran.said()).toContain(
      'at op 3, rename /t -> /f (save.cjs:5:6): the power goes off right after it',
    );
    inspector.send('Debugger.resume');
    await ran.says(/module under posix: converged/);
    inspector.close();
    expect(await ran.code).toBe(0);
  });

  it('refuses what it does not go with, and an address that is none', async () => {
    for (const [argv, line] of [
      [['repro', 'promises', '--at', '1', '--debug'], /--debug goes with a token/],
      [['repro', 'a:b:c:d', '--debug', '--step'], /two ways to go through a story/],
      [['repro', 'a:b:c:d', '--debug', 'x:y'], /a port like 9229, or an address like 127\.0\.0\.1:9229/],
    ] as const) {
      const ran = blackout(...argv);
      expect([await ran.code, ran.said()]).toEqual([254, expect.stringMatching(line)]);
    }
  });
});
