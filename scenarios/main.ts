import process from 'node:process';
import type { Io, Output } from '../harness/cli/io.ts';
import { main } from '../harness/cli/main.ts';
import { catalogue } from './index.ts';

/** The command `blackout` on this process: the one place that joins it with the scenarios that come with it. */
function output(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => void stream.write(text),
    get isTTY() {
      return stream.isTTY;
    },
    get columns() {
      return stream.columns ?? 0;
    },
  };
}

const io: Io = {
  stdout: output(process.stdout),
  stderr: output(process.stderr),
  now: () => Date.now(),
  cwd: process.cwd(),
  noColour: (process.env['NO_COLOR'] ?? '') !== '',
  onInterrupt(listener) {
    process.once('SIGINT', listener);
    return () => process.off('SIGINT', listener);
  },
};

process.exitCode = await main(process.argv.slice(2), catalogue, io);
