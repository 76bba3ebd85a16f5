import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Catalogue } from '../../explore/catalogue.ts';
import type { Input, Io } from '../io.ts';
import { main } from '../main.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface FakeOptions {
  readonly terminal?: boolean;
  readonly noColour?: boolean;
  /** Milliseconds that pass with each look at the clock. */
  readonly tick?: number;
  /** What the process is said to have had of memory at most, in bytes. */
  readonly peakMemory?: number;
  /** The look at the clock at which Ctrl-C is pressed. */
  readonly interruptAt?: number;
  readonly openFile?: Io['openFile'];
  /** What is typed, piece by piece, on a terminal; then nothing more comes. */
  readonly typed?: readonly string[];
  /** Lines of the terminal. */
  readonly rows?: number;
  /** Threads for what may not give its own back; they need a clock that goes. */
  readonly workers?: NonNullable<Io['workers']>;
  readonly clock?: () => number;
}

/** Runs the command in this process, in a directory of its own, and takes down what it writes. */
export async function run(
  argv: readonly string[],
  catalogue: Catalogue,
  cwd: string,
  options: FakeOptions = {},
): Promise<Ran> {
  const written = { stdout: '', stderr: '' };
  const isTTY = options.terminal ?? false;
  const output = (name: 'stdout' | 'stderr'): Io['stdout'] => ({
    write: (text) => void (written[name] += text),
    isTTY,
    columns: isTTY ? 120 : 0,
    ...(options.rows === undefined ? {} : { rows: options.rows }),
  });
  const listeners = new Set<() => void>();
  let looks = 0;
  const io: Io = {
    stdout: output('stdout'),
    stderr: output('stderr'),
    now() {
      if (options.clock) return options.clock();
      if (++looks === options.interruptAt) for (const listener of listeners) listener();
      return Date.UTC(2026, 0, 1) + looks * (options.tick ?? 0);
    },
    ...(options.peakMemory === undefined ? {} : { peakMemory: () => options.peakMemory! }),
    cwd,
    noColour: options.noColour ?? false,
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ...(options.typed ? { stdin: typing(options.typed) } : {}),
    ...(options.workers ? { workers: options.workers } : {}),
    ...(options.openFile ? { openFile: options.openFile } : {}),
  };
  const code = await main(argv, catalogue, io);
  return { code, ...written };
}

/** Who reads may be in another thread, and takes a while to hear that there is no more. */
const STILL_READ_MS = 3000;

/** A terminal at which so much is typed; it complains if it is left as it was while keys were read. */
function typing(pieces: readonly string[]): Input {
  return {
    isTTY: true,
    raw(listener) {
      let open = true;
      const rest: (string | undefined)[] = [...pieces, undefined];
      const complain = (): void => {
        if (open) throw new Error('the input has ended, and it is still read');
      };
      const next = (): void => {
        if (!open) return;
        if (rest.length === 0) return void setTimeout(complain, STILL_READ_MS).unref();
        listener(rest.shift());
        setImmediate(next);
      };
      setImmediate(next);
      return () => void (open = false);
    },
  };
}

/** Runs a test in a temporary directory, which is removed afterwards. */
export async function inDirectory(body: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'blackout-cli-'));
  try {
    await body(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
