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
  /** Which of the life's calls it is, from 1 on; undefined for what is made right now. */
  readonly asked?: number;
}

/** The place that this is called from, to be read later. */
export function madeHere(before: Made | undefined, asked?: number): Made {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = FRAMES;
  try {
    const error = new Error('made here');
    const depth = (before?.depth ?? 0) + 1;
    const number = asked === undefined ? {} : { asked };
    return depth > CHAIN_MAX
      ? { error, before: undefined, depth: 1, ...number }
      : { error, before, depth, ...number };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

type Prepare = (this: void, error: Error, sites: NodeJS.CallSite[]) => unknown;

/**
 * The stack of that place, in which the frames that wait say so as Node has it: those who rewrite stacks, as test runners
 * do to lead them back to TypeScript, leave that out.
 */
export function stackOf({ error }: Made): string {
  // It has no `this` that it would miss.
  const usual = Reflect.get(Error, 'prepareStackTrace') as Prepare | undefined;
  if (usual === undefined) return error.stack ?? '';
  Error.prepareStackTrace = (thrown, sites) => {
    const lines = String(usual(thrown, sites)).split('\n');
    const frames = lines.filter((line) => FRAME.test(line)).length;
    let next = 0;
    return lines
      .map((line) => {
        if (frames !== sites.length || !FRAME.test(line)) return line;
        return sites[next++]!.isAsync() ? line.replace(FRAME, '$1async ') : line;
      })
      .join('\n');
  };
  try {
    return error.stack ?? '';
  } finally {
    Error.prepareStackTrace = usual;
  }
}

const FRAME = /^(\s*at )(?:async )?/;
