import { Worker } from 'node:worker_threads';
import { escapeText } from '../../../reports/text.ts';
import { answerOf, HUNG_AFTER, type NoAnswer } from '../../runs/jobs/watched.ts';
import { whereabouts, type Fatal } from '../../runs/jobs/where.ts';
import { EXIT } from '../exit-codes.ts';
import type { Io, Output } from '../io.ts';
import type { CommandData, FromCommand, StreamShape, Streams, ToCommand } from './messages.ts';

/** A command that loses a thread again and again is given up after so many. */
const THREADS_MAX = 4;

/** How long after a Ctrl-C a thread may take to end by itself, in milliseconds. */
const GRACE = 1500;

type Ended = Extract<FromCommand, { type: 'ended' }>;

/**
 * Does a command that lives lives of a program in a thread of its own, which can be ended from here: a life that never
 * gives it back, or brings it to its end, costs that thread, and the command is begun again in one that knows that life.
 *
 * @param hungAfter milliseconds that a life may go on without a call
 * @param direct does the same here, where there are no threads to be had
 * @returns the exit code
 */
export async function inThread(
  io: Io,
  argv: readonly string[],
  hungAfter: number | undefined,
  direct: () => Promise<number>,
): Promise<number> {
  const module = io.workers?.module;
  if (!module) return await direct();
  const fatal: Fatal[] = [];
  for (;;) {
    const answer = await attempt({ io, module, hungAfter: hungAfter ?? HUNG_AFTER }, argv, fatal);
    if (answer.type === 'ended') return answer.code;
    if (answer.type === 'late') return EXIT.interrupted;
    const { how, why, where } = answer;
    if (where) fatal.push({ ...where, how, why });
    if (where && fatal.length < THREADS_MAX) continue;
    const what = where
      ? `not known: it took ${fatal.length} threads with it, the last in ${where.part}: ${why}`
      : `its thread was lost: ${why}`;
    io.stderr.write(`blackout: ${escapeText(what)}\n`);
    return EXIT.unknown;
  }
}

interface Place {
  readonly io: Io;
  readonly module: URL;
  readonly hungAfter: number;
}

async function attempt(
  { io, module, hungAfter }: Place,
  argv: readonly string[],
  fatal: readonly Fatal[],
): Promise<Ended | NoAnswer> {
  const where = whereabouts();
  const { stdin } = io;
  const workerData: CommandData = {
    argv,
    cwd: io.cwd,
    where,
    fatal,
    streams: streamsOf(io),
    ...(stdin ? { stdin: { isTTY: stdin.isTTY } } : {}),
  };
  const worker = new Worker(module, { workerData });
  const tell = (message: ToCommand): void => worker.postMessage(message);
  let latest = Infinity;
  const releases = new Map<'keys' | 'interruptible', () => void>();
  const release = (what: 'keys' | 'interruptible'): void => {
    releases.get(what)?.();
    releases.delete(what);
  };
  const patience = { now: () => io.now(), latest: () => latest, hungAfter };
  try {
    return await answerOf<Ended>(worker, where, patience, (told) => {
      const message = told as FromCommand;
      if (message.type === 'ended') return message;
      if (message.type === 'write') io[message.to].write(message.text);
      else if (message.type === 'keys') {
        release('keys');
        if (message.wanted && stdin) {
          const typed = (text: string | undefined): void =>
            tell({ type: 'typed', text, streams: streamsOf(io) });
          releases.set('keys', stdin.raw(typed));
        }
      } else if (!releases.has('interruptible')) {
        const interrupted = (): void => {
          latest = io.now() + GRACE;
          tell({ type: 'interrupted' });
        };
        releases.set('interruptible', io.onInterrupt(interrupted));
      }
      return undefined;
    });
  } finally {
    release('keys');
    release('interruptible');
    // It may be lost while it ends, too, and what it says then is of no interest.
    worker.on('error', () => {});
    await worker.terminate();
  }
}

function streamsOf({ stdout, stderr }: Io): Streams {
  return { stdout: shapeOf(stdout), stderr: shapeOf(stderr) };
}

function shapeOf({ isTTY, columns, rows }: Output): StreamShape {
  return { isTTY, columns, ...(rows === undefined ? {} : { rows }) };
}
