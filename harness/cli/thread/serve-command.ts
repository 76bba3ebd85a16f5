import type { MessagePort } from 'node:worker_threads';
import type { Catalogue } from '../../explore/catalogue.ts';
import { guardThread } from '../../programs/guard.ts';
import { SharedGuard } from '../../runs/jobs/where.ts';
import type { Input, Io, Output } from '../io.ts';
import { main } from '../main.ts';
import type { CommandData, FromCommand, Streams, ToCommand } from './messages.ts';

/** The process of a thread, whose terminal is on the other side, and which has no threads of its own. */
export type Here = Omit<Io, 'workers' | 'stdin'>;

/** The thread's side of `inThread`: does the command, with a terminal that is on the other side. */
export async function serveCommand(
  builtIn: Catalogue,
  port: MessagePort,
  data: CommandData,
  here: Here,
): Promise<void> {
  const guard = new SharedGuard(data.where);
  guardThread(guard);
  guard.begin(data.fatal);
  const far = new FarTerminal(port, data.streams);
  const io: Io = {
    ...here,
    cwd: data.cwd,
    stdout: far.output('stdout'),
    stderr: far.output('stderr'),
    onInterrupt: (listener) => far.onInterrupt(listener),
    ...(data.stdin ? { stdin: far.input(data.stdin.isTTY) } : {}),
  };
  const code = await main(data.argv, builtIn, io);
  far.send({ type: 'ended', code });
}

/** Streams, keys and Ctrl-C of a terminal that another thread has. */
class FarTerminal {
  readonly #port: MessagePort;
  #streams: Streams;
  #typed: ((text: string | undefined) => void) | undefined;
  readonly #interrupted = new Set<() => void>();

  constructor(port: MessagePort, streams: Streams) {
    this.#port = port;
    this.#streams = streams;
    port.on('message', (message: ToCommand) => {
      if (message.type === 'interrupted') for (const listener of this.#interrupted) listener();
      else {
        this.#streams = message.streams;
        this.#typed?.(message.text);
      }
    });
  }

  send(message: FromCommand): void {
    this.#port.postMessage(message);
  }

  output(to: keyof Streams): Output {
    const shape = (): Streams[typeof to] => this.#streams[to];
    const { rows } = shape();
    return {
      write: (text) => this.send({ type: 'write', to, text }),
      get isTTY() {
        return shape().isTTY;
      },
      get columns() {
        return shape().columns;
      },
      ...(rows === undefined
        ? {}
        : {
            get rows() {
              return shape().rows ?? rows;
            },
          }),
    };
  }

  input(isTTY: boolean): Input {
    return {
      isTTY,
      raw: (listener) => {
        this.#typed = listener;
        this.send({ type: 'keys', wanted: true });
        return () => {
          this.#typed = undefined;
          this.send({ type: 'keys', wanted: false });
        };
      },
    };
  }

  onInterrupt(listener: () => void): () => void {
    this.#interrupted.add(listener);
    this.send({ type: 'interruptible' });
    return () => this.#interrupted.delete(listener);
  }
}
