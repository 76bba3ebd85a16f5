import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Trace } from './lines.ts';
import type { MappedFiles } from './mapped-files.ts';

/** A trace that is read while it is written. */
export interface Watch {
  /** All that was written, once strace has ended. */
  end(): Promise<string>;
  addTo(trace: Trace): Trace;
}

/** Makes a pipe where strace is to write, and lets go on what stands still, once its files have been looked at. */
export function watching(path: string, files: MappedFiles): Watch {
  rmSync(path, { force: true });
  execFileSync('mkfifo', ['-m', '600', path]);
  const input = new Socket({
    fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK),
    writable: false,
  });
  const parts: string[] = [];
  let rest = '';
  let wrong: unknown;
  const hear = (line: string): void => {
    let pid: number | undefined;
    try {
      pid = files.hear(line);
    } catch (error) {
      wrong ??= error;
      pid = Number.parseInt(line, 10);
    }
    if (pid !== undefined) goOn(pid);
  };
  input.setEncoding('latin1');
  input.on('data', (text: string) => {
    parts.push(text);
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    for (const line of lines) hear(line);
  });
  const over = new Promise<void>((resolve) => {
    input.once('close', () => resolve());
    input.once('error', () => resolve());
  });
  return {
    async end() {
      // Whoever reads a pipe learns that it has ended only if somebody has begun.
      if (!input.destroyed) closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
      await over;
      rmSync(path, { force: true });
      if (wrong !== undefined) throw wrong;
      return parts.join('');
    },
    addTo(trace) {
      try {
        return files.addTo(trace);
      } finally {
        files.close();
      }
    },
  };
}

function goOn(pid: number): void {
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // It was killed.
  }
}
