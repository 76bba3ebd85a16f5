import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Core } from '../disk/core/core.ts';
import { Core as NewCore } from '../disk/core/core.ts';
import type { Image } from '../disk/image/image.ts';
import { stoppingOptions, straceOptions } from './calls.ts';
import type { Ignored } from './ignored.ts';
import { readTrace, type Trace } from './lines.ts';
import { MappedFiles } from './mapped-files.ts';
import { difference } from './real-tree.ts';
import type { Learning } from './recorded-life.ts';
import { replay } from './replay.ts';
import { endAll, run, type Command, type Ended } from './running.ts';
import { watching } from './watching.ts';
import { Unfollowed } from './unfollowed.ts';

/** Where a command is recorded: the disk, a real directory, and what else it finds. */
export interface Scene {
  /** A real path, no part of which is a symlink. */
  readonly disk: string;
  /** Where the command runs. */
  readonly cwd: string;
  /** A folder for the trace and for what the program says; not on the disk. */
  readonly side: string;
  readonly ignored: Ignored;
  /** What the disk holds now. */
  read(): Image;
}

/** What is to be recorded. */
export interface Recording {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly timeLimit: number;
  /** Records what the program only looks at, too. */
  readonly looks: boolean;
  /** Looks at files that it has mapped to be shared, while it stands still. It is slower. */
  readonly maps?: boolean;
  /** What it reads is what the tester reads; nothing, if nothing is said. */
  readonly asks?: boolean;
  /** Words to put before all others: how to get to where it runs. */
  readonly enter?: readonly string[];
  /** Ends it when nobody wants to know any more. */
  readonly until?: AbortSignal | undefined;
}

/** A program's life as it was recorded: it can be lived once more on any disk that looks the same to it. */
export interface Life {
  readonly ended: Ended;
  readonly errors: string;
  readonly output: string;
  /** Makes its calls once more. */
  again(core: Core, said: (text: string) => void, learning?: Learning): void;
}

/**
 * Runs a command on a disk that holds `boot`, records it, and sees whether the record leads where the real
 * directory got to.
 *
 * @throws Unfollowed if it can't be followed
 */
export async function record(scene: Scene, boot: Image, recording: Recording): Promise<Life> {
  const { argv, env, timeLimit, looks, maps, asks, enter = [], until } = recording;
  const { ignored, side, cwd } = scene;
  mkdirSync(side, { recursive: true });
  const [output, stdout, stderr] = ['trace', 'stdout', 'stderr'].map((name) => join(side, name));
  const begun = join(side, 'begun');
  writeFileSync(begun, '');
  const since = statSync(begun).mtimeMs;
  const command: Command = {
    argv: [...enter, 'strace', ...(maps ? stoppingOptions : straceOptions)(output!, looks), ...argv],
    cwd,
    env,
    stdout: stdout!,
    stderr: stderr!,
    timeLimit,
    ...(asks ? { asks } : {}),
    ...(until ? { until } : {}),
  };
  const watch = maps ? watching(output!, new MappedFiles(scene.disk, ignored)) : undefined;
  const ended = await run(command);
  const text = await watch?.end();
  const errors = readFileSync(stderr!, 'utf8');
  if (ended.failed !== undefined) throw new Unfollowed(`strace can't be started: ${ended.failed}`);
  const read = traceOf(text ?? textAt(output!), errors);
  const trace = watch?.addTo(read) ?? read;
  endAll(trace.alive);
  // Which program a name leads to is found out by strace, before it records.
  const seeks = (env['PATH'] ?? '').split(':').some((dir) => isBelow(resolve(cwd, dir), scene.disk));
  const life = (byEnd: boolean): Life['again'] => {
    const calls = byEnd ? trace.calls : trace.calls.toSorted((one, other) => one.entered - other.entered);
    const start = { root: scene.disk, ignored, since, cwd, umask: process.umask() };
    return (core, said, learning) => {
      if (seeks) learning?.other();
      replay({ ...trace, calls }, { ...start, core, said, ...(learning ? { learning } : {}) });
    };
  };
  // Which of two calls that overlap took effect first, nobody sees: one of the two orders leads to what is there.
  let wrong: Unfollowed | undefined;
  for (const again of [life(true), life(false)]) {
    const why = tried(again, boot, scene);
    if (why === undefined) return { ended, errors, output: readFileSync(stdout!, 'utf8'), again };
    wrong ??= why;
  }
  throw wrong!;
}

function isBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}

/** What strace has written; nothing if it has not begun. */
function textAt(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function traceOf(text: string, errors: string): Trace {
  const trace = readTrace(text);
  if (trace.calls.length === 0)
    throw new Unfollowed(`strace recorded nothing: ${errors.trim().split('\n').at(-1) ?? ''}`);
  return trace;
}

/** Why a record does not lead where the program got to; undefined if it does. */
function tried(again: Life['again'], boot: Image, scene: Scene): Unfollowed | undefined {
  const core = new NewCore(boot.fork());
  try {
    again(core, () => {});
    const where = difference(core.image, scene.read());
    if (where === undefined) return undefined;
    return new Unfollowed(`the record does not lead to what the program left behind: ${where}`);
  } catch (error) {
    if (error instanceof Unfollowed) return error;
    throw error;
  }
}
