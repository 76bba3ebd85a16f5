import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { real } from './real-time.ts';
import { watchedOver } from './undertaker.ts';

/** A command: its words, the folder that it runs in, and all that it finds besides. */
export interface Command {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** The files that take what it says; they are emptied before. */
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds after which it is ended, with all that it has started. */
  readonly timeLimit: number;
  /** It reads what the tester reads; nothing, if nothing is said. */
  readonly asks?: boolean;
  /** Ends it when nobody wants to know any more. */
  readonly until?: AbortSignal;
}

/** How a command ended. */
export interface Ended {
  /** The exit code; undefined if a signal ended it. */
  readonly code: number | undefined;
  readonly signal: string | undefined;
  /** It was ended because its time was up. */
  readonly late: boolean;
  /** It could not be started: there is no such program, say. */
  readonly failed: string | undefined;
}

/** Runs a command to its end, or to the end of its time. Its whole process group ends with it. */
export async function run(command: Command): Promise<Ended> {
  const { argv, cwd, env, timeLimit, asks = false, until } = command;
  const files = [openSync('/dev/null', 'r'), openSync(command.stdout, 'w'), openSync(command.stderr, 'w')];
  let late = false;
  return await new Promise<Ended>((resolve) => {
    const child = spawn(argv[0]!, argv.slice(1), {
      cwd,
      env,
      detached: true,
      stdio: [asks ? 'inherit' : files[0]!, files[1]!, files[2]!],
    });
    const hasEnded = child.pid === undefined ? (): void => {} : watchedOver(child.pid);
    const kill = (): void => {
      if (child.pid !== undefined) endGroup(child.pid);
    };
    const callOff = real.after(timeLimit, () => {
      late = true;
      kill();
    });
    until?.addEventListener('abort', kill);
    const done = (ended: Omit<Ended, 'late'>): void => {
      callOff();
      until?.removeEventListener('abort', kill);
      kill(); // What it has left running must change nothing any more.
      hasEnded();
      for (const fd of files.splice(0)) closeSync(fd);
      resolve({ ...ended, late });
    };
    child.once('error', (error) => done({ code: undefined, signal: undefined, failed: error.message }));
    child.once('exit', (code, signal) =>
      done({ code: code ?? undefined, signal: signal ?? undefined, failed: undefined }),
    );
    if (until?.aborted) kill();
  });
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // There is nobody left.
  }
}

/** Ends processes by their numbers: those that have left their group. */
export function endAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
}
