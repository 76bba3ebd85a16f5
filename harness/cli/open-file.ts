import { spawn } from 'node:child_process';

/** The system's own program that opens a file with what is meant for it, and what stands before the file's path. */
const OPENERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  // A word of its shell. The first text in quotes would be the title of a window.
  win32: ['cmd', '/c', 'start', '""'],
};

/** Milliseconds. One that is still running by then is the browser itself, or waits for it. */
const SETTLES = 3000;

/**
 * Opens a file in the program that the system has for it.
 *
 * @param path absolute
 * @param env where programs are found: its PATH
 * @returns why it couldn't be opened, as the end of a line; undefined if it was
 */
export async function openFile(
  path: string,
  platform: NodeJS.Platform,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const [program, ...before] = OPENERS[platform] ?? ['xdg-open'];
  return await new Promise((done) => {
    const child = spawn(program, [...before, path], { env, stdio: 'ignore', detached: true });
    const timer = setTimeout(() => done(undefined), SETTLES);
    // Neither of them is to keep this command from its end.
    child.unref();
    child.once('error', ({ code = 'error' }: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      done(code === 'ENOENT' ? `there is no ${program} here` : `${program} can't be run (${code})`);
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      done(code === 0 ? undefined : `${program} failed (${code ?? 'it was killed'})`);
    });
  });
}
