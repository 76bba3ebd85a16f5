import assert from 'node:assert/strict';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { rolldown } from 'rolldown';
import { real } from '../../harness/programs/real.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const PRELOAD = new URL('./preload.mjs', import.meta.url).href;

/** In milliseconds: no run takes a hundredth of it, and one that hangs must not hang the tests. */
const TIMEOUT = 60_000;

/** How a run went. */
export interface Ran {
  /** Undefined if a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** The changing operations, one line each, if they were counted. */
  readonly ops: readonly string[];
}

/** What the preload is told. */
export interface Counted {
  /** The directory in which operations count. */
  readonly below: string;
  /** The number of the operation after which the process is killed. */
  readonly after?: number;
  /** What the clock stands at, in milliseconds since 1970. */
  readonly clock?: number;
}

/** A temporary directory, by its real path. */
export async function temporaryDirectory(): Promise<string> {
  return await realpath(await mkdtemp(join(tmpdir(), 'kills-')));
}

/**
 * Makes the command of the sources under test, so that it is never an older one that is tried. It is in few files, with
 * all that it needs, so that it starts in half the time, for those who start it hundreds of times. Gives the path of its
 * main module.
 */
export async function bundleJiggle(into: string): Promise<string> {
  const bundle = await rolldown({ input: join(PROJECT, 'src/cli/main.ts'), platform: 'node' });
  try {
    await bundle.write({ dir: join(into, 'dist'), format: 'esm' });
  } finally {
    await bundle.close();
  }
  await writeFile(join(into, 'package.json'), '{ "type": "module" }\n');
  return join(into, 'dist/main.js');
}

/** A process that has been started. */
export interface Started {
  readonly stdout: Readable;
  stop(): void;
  readonly ended: Promise<Ran>;
}

/** Runs a module in a process of its own, and counts its operations if asked to. */
export async function run(main: string, args: readonly string[], counted?: Counted): Promise<Ran> {
  return await (
    await start(main, args, counted)
  ).ended;
}

/** As `run`, for those who have something to do while it runs. */
export async function start(
  main: string,
  args: readonly string[],
  counted?: Counted,
  env: Readonly<Record<string, string>> = {},
): Promise<Started> {
  const place = counted && (await temporaryDirectory());
  const preload = counted ? ['--import', PRELOAD] : [];
  const running = execa(process.execPath, [...preload, main, ...args], {
    reject: false,
    env: { ...env, ...(counted && place !== undefined && environmentOf(counted, join(place, 'ops'))) },
  });
  let isLate = false;
  // Not execa's own limit: a simulated life may run meanwhile, and what begins then goes by that life's time.
  const callOff = real.after(TIMEOUT, () => {
    isLate = true;
    running.kill('SIGKILL');
  });
  const ended = async (): Promise<Ran> => {
    try {
      const result = await running;
      assert(!isLate, `${args.join(' ')} took more than ${TIMEOUT} ms`);
      const { exitCode, signal, stdout, stderr } = result;
      const ops = place === undefined ? [] : await linesOf(join(place, 'ops'));
      return { exitCode, signal, stdout, stderr, ops };
    } finally {
      callOff();
      if (place !== undefined) await rm(place, { recursive: true });
    }
  };
  return { stdout: running.stdout, stop: () => void running.kill('SIGTERM'), ended: ended() };
}

function environmentOf({ below, after, clock }: Counted, report: string): Record<string, string> {
  return {
    KILL_BELOW: below,
    KILL_REPORT: report,
    ...(after === undefined ? {} : { KILL_AFTER: `${after}` }),
    ...(clock === undefined ? {} : { KILL_CLOCK: `${clock}` }),
  };
}

async function linesOf(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8');
  return text.split('\n').slice(0, -1);
}
