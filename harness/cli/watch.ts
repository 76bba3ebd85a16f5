import { spawn, type ChildProcess } from 'node:child_process';
import { watch, type FSWatcher } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { EXIT } from './exit-codes.ts';
import type { Io } from './io.ts';

/** Editors write a file in several steps, and several files at once, in milliseconds. */
const SETTLES = 100;

/** Directories to watch, at most: the system has not many watches to give. */
const DIRECTORIES_MAX = 2000;

/**
 * `run --watch`: runs the same again after each change of a file of the project, in a process of its own, since what a
 * process has imported it never imports again. One that is still running then is ended. Returns at Ctrl-C.
 *
 * @param output the report folder, whose changes are the run's own
 */
export async function watchCommand(argv: readonly string[], output: string, io: Io): Promise<number> {
  const own = resolve(io.cwd, output);
  const directories = await directoriesIn(io.cwd, own);
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  // A page that is open is read again; another window for each change helps nobody.
  let runs = 0;
  const start = (): void => {
    child?.kill('SIGKILL');
    if (io.stdout.isTTY) io.stdout.write('\u001b[2J\u001b[3J\u001b[H');
    const again = runs++ === 0 ? argv : argv.filter((each) => each !== '--open');
    const begun = spawn(process.execPath, [process.argv[1]!, ...again], { cwd: io.cwd, stdio: 'inherit' });
    child = begun;
    begun.on('close', () => {
      if (child !== begun) return;
      child = undefined;
      io.stderr.write('watching for changes; Ctrl-C ends it\n');
    });
  };
  const watchers: FSWatcher[] = [];
  const end = new Promise<void>((done) => {
    const release = io.onInterrupt(() => {
      release();
      done();
    });
  });
  for (const directory of directories) {
    watchers.push(
      watch(directory, (_event, name) => {
        if (name === null || isIgnored(name) || join(directory, name) === own) return;
        clearTimeout(timer);
        timer = setTimeout(start, SETTLES);
      }),
    );
  }
  start();
  await end;
  clearTimeout(timer);
  child?.kill('SIGKILL');
  for (const watcher of watchers) watcher.close();
  return EXIT.interrupted;
}

function isIgnored(name: string): boolean {
  return name === 'node_modules' || name.startsWith('.') || name.endsWith('~') || name.endsWith('.tmp');
}

async function directoriesIn(root: string, output: string): Promise<readonly string[]> {
  const found = [root];
  for (let i = 0; i < found.length && found.length < DIRECTORIES_MAX; i++) {
    for (const entry of await readdir(found[i]!, { withFileTypes: true })) {
      const path = join(found[i]!, entry.name);
      if (entry.isDirectory() && !isIgnored(entry.name) && path !== output) found.push(path);
    }
  }
  return found.slice(0, DIRECTORIES_MAX);
}
