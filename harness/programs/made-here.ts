/** Frames of a stack that are kept, those of the tester included: async functions of a program lie deep. */
const FRAMES = 60;

/** Calls that are remembered behind one another: a stream may go through many. */
const CHAIN_MAX = 100;

/** Where a call was made. */
export interface Made {
  /** Its stack is only put together when somebody asks for it. */
  readonly error: Error;
  /** The call before it, if this one may be a later part of the same: those of a stream come from nowhere. */
  readonly before: Made | undefined;
  readonly depth: number;
}

/** The place that this is called from, to be read later. */
export function madeHere(before: Made | undefined): Made {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = FRAMES;
  try {
    const error = new Error('made here');
    const depth = (before?.depth ?? 0) + 1;
    return depth > CHAIN_MAX ? { error, before: undefined, depth: 1 } : { error, before, depth };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
