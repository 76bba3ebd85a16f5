import type { QueuedRun } from '../runs/jobs/run-control.ts';

/** A stream of text to a person or a pipe. */
export interface Output {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Width of the terminal in characters; 0 if it has none. */
  readonly columns: number;
  /** Its height in lines; undefined if it has none. */
  readonly rows?: number;
}

/** What somebody types. */
export interface Input {
  readonly isTTY: boolean;
  /**
   * Hands over what is typed as it comes, key by key, without showing it; undefined when nothing more will come. Returns a
   * function that ends this.
   */
  raw(listener: (text: string | undefined) => void): () => void;
}

/** Where a debugger finds this process. */
export interface DebugAddress {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** All that the command needs of the process it runs in, so that tests can drive it. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Absent: nobody can type. */
  readonly stdin?: Input;
  /** Milliseconds since 1970. */
  now(): number;
  /** Bytes of memory that the process has had at most so far, its threads included. */
  peakMemory?(): number;
  readonly cwd: string;
  /** NO_COLOR is set: never colour. */
  readonly noColour: boolean;
  /** No line of progress. */
  readonly quiet?: boolean;
  /** Calls the listener at the first Ctrl-C. Returns a function that takes it off again. */
  onInterrupt(listener: () => void): () => void;
  /** The commit of the directory that the command runs in; undefined if it is in no repository. */
  commit?(): Promise<{ readonly hash: string; readonly dirty: boolean } | undefined>;
  /** The file that GitHub shows on the page of a job's step. */
  readonly stepSummary?: string;
  /** Waits until a debugger has attached itself; returns why none can, as the end of a line. Absent: there is no way to. */
  attachDebugger?(address: DebugAddress): Promise<string | undefined>;
  /** Opens a file as the system would; returns why it couldn't, as the end of a line. Absent: there is no way to. */
  openFile?(path: string): Promise<string | undefined>;
  /**
   * The module that worker threads start with, and how many to start; none: everything runs in this thread. `hungAfter` as
   * in `RunMachine`.
   */
  readonly workers?: { readonly module: URL; readonly count: number; readonly hungAfter?: number };
  /** What is explored is done by others, by way of a queue. */
  readonly queue?: QueuedRun;
}
