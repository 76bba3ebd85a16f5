import process from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';
import type { CommandData } from '../messages.ts';
import { serveCommand, type Here } from '../serve-command.ts';

/** A thread of the command where no scenarios come with it. */
const here: Here = {
  stdout: { write: (text) => void process.stdout.write(text), isTTY: false, columns: 0 },
  stderr: { write: (text) => void process.stderr.write(text), isTTY: false, columns: 0 },
  now: () => Date.now(),
  cwd: (workerData as CommandData).cwd,
  noColour: true,
  onInterrupt: () => () => {},
};

await serveCommand([], parentPort!, workerData as CommandData, here);
