import type { Fatal } from '../../runs/jobs/where.ts';

/** A stream that a command writes to, as it is when the command begins, or when somebody types. */
export interface StreamShape {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly rows?: number;
}

export interface Streams {
  readonly stdout: StreamShape;
  readonly stderr: StreamShape;
}

/** What a thread that does a command of its own is begun with. */
export interface CommandData {
  readonly argv: readonly string[];
  /** Where the command runs. */
  readonly cwd: string;
  /** Shared with the thread that watches this one: see `runs/jobs/where.ts`. */
  readonly where: Int32Array;
  /** Lives that have taken a thread with them when this command was begun before. */
  readonly fatal: readonly Fatal[];
  readonly streams: Streams;
  /** Undefined: nobody can type. */
  readonly stdin?: { readonly isTTY: boolean };
}

export type FromCommand =
  | { readonly type: 'write'; readonly to: keyof Streams; readonly text: string }
  /** Keys are wanted, or no longer. */
  | { readonly type: 'keys'; readonly wanted: boolean }
  /** It has something to say at a Ctrl-C; otherwise that simply ends it. */
  | { readonly type: 'interruptible' }
  | { readonly type: 'ended'; readonly code: number };

export type ToCommand =
  | { readonly type: 'typed'; readonly text: string | undefined; readonly streams: Streams }
  | { readonly type: 'interrupted' };
