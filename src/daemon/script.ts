import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Log } from '../ports/log.ts';

/** A program that the configuration names, and what it is to be given. */
export interface Script {
  readonly path: string;
  readonly args: readonly string[];
  /** Added to the server's own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Hears each line of what it prints, whole or cut off where the log is. */
  readonly hear?: (line: string) => void;
}

/** Milliseconds; then it is killed. */
const LIMIT = 10 * 60_000;
/** Characters of output that are logged. */
const MOST_OUTPUT = 64 * 1024;

/**
 * Runs a script, without a shell, to its end, and logs what it says. Gives its exit code; undefined, after a warning, if
 * it could not be run or did not end by itself in time.
 */
export async function runScript(
  script: Script,
  log: Log,
  limit: number = LIMIT,
): Promise<number | undefined> {
  const { path, args, env, hear } = script;
  const child = spawn(path, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limit,
    killSignal: 'SIGKILL',
  });
  const say = (line: string, how: 'info' | 'warn'): void => {
    log[how](`${path}: ${line}`);
    hear?.(line);
  };
  logLines(child.stdout, (line) => say(line, 'info'));
  logLines(child.stderr, (line) => say(line, 'warn'));
  return new Promise((resolve) => {
    const failed = (why: string): void => {
      log.warn(`${path} ${why}`);
      resolve(undefined);
    };
    child.once('error', (error) => failed(`could not be run: ${error.message}`));
    // Not `close`: something that it started may hold on to its output for ever.
    child.once('exit', (code, signal) => {
      if (code === null) return failed(`was ended by ${signal}, after ${limit / 1000} seconds at most`);
      if (code === 0) log.info(`${path} ended with 0`);
      else log.warn(`${path} ended with ${code}`);
      resolve(code);
    });
  });
}

function logLines(stream: Readable, say: (line: string) => void): void {
  let room = MOST_OUTPUT;
  let begun = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (begun + text.slice(0, room)).split('\n');
    room = Math.max(0, room - text.length);
    begun = lines.pop() ?? '';
    for (const line of lines) if (line !== '') say(line);
  });
  stream.on('end', () => {
    if (begun !== '') say(begun);
  });
}
