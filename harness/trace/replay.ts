import { splitArguments } from './arguments.ts';
import { DATA } from './call-data.ts';
import { RUNS } from './call-exec.ts';
import { LOOKS } from './call-looks.ts';
import { MAPS } from './call-maps.ts';
import { NAMES } from './call-names.ts';
import { elsewhere, OPENS } from './call-opens.ts';
import { PROCESSES } from './call-processes.ts';
import { REFUSALS } from './call-refusals.ts';
import { SYNCS } from './call-syncs.ts';
import { hasFailed, type Call, type Trace } from './lines.ts';
import { Memory } from './memory.ts';
import { Descriptors, Processes, type OpenFile } from './processes.ts';
import { RecordedLife, type Recorded } from './recorded-life.ts';
import type { Handler } from './step.ts';
import { Unfollowed } from './unfollowed.ts';

const HANDLERS: Readonly<Record<string, Handler>> = {
  ...OPENS,
  ...DATA,
  ...NAMES,
  ...SYNCS,
  ...PROCESSES,
  ...RUNS,
  ...MAPS,
  ...REFUSALS,
  ...LOOKS,
};

export interface Start extends Recorded {
  /** Where the program began, a real path. */
  readonly cwd: string;
  readonly umask: number;
}

/**
 * Makes all calls of a trace once more, on the simulated disk that the program found.
 *
 * @throws Unfollowed if one of them can't be followed, or does not succeed there as it did
 */
export function replay(trace: Trace, start: Start): void {
  const life = new RecordedLife(start);
  const [first] = trace.calls;
  if (first === undefined) throw new Unfollowed('the trace is empty');
  const descriptors = new Descriptors((file) => closeFile(life, file));
  const standing = { cwd: life.places.find({ path: '/' }, start.cwd, true), umask: start.umask };
  const cwd = standing.cwd.type === 'disk' ? { ino: standing.cwd.ino } : { path: start.cwd };
  const output: OpenFile = { ...elsewhere('output'), kind: 'output' };
  descriptors.put(0, elsewhere('/dev/null'), 'kept');
  descriptors.put(1, output, 'kept');
  descriptors.put(2, elsewhere('errors'), 'kept');
  life.processes = new Processes(
    first.pid,
    { descriptors, standing: { cwd, umask: start.umask }, memory: new Memory() },
    trace,
  );
  for (const call of trace.calls) make(life, call);
}

function closeFile(life: RecordedLife, file: OpenFile): void {
  if (file.kind === 'disk') life.core.closeDescriptor(file.fd);
}

/** A record is lived many times; it is taken apart once. */
const taken = new WeakMap<Call, readonly string[]>();

function argumentsOf(call: Call): readonly string[] {
  let parts = taken.get(call);
  if (parts === undefined) taken.set(call, (parts = splitArguments(call.args)));
  return parts;
}

function make(life: RecordedLife, call: Call): void {
  const handler = HANDLERS[call.name];
  if (handler === undefined) throw new Unfollowed(`${call.name} was recorded, and nobody knows it`);
  const process = life.processes!.get(call.pid);
  if (process === undefined) throw new Unfollowed(`nobody knows where process ${call.pid} comes from`);
  const failed = hasFailed(call);
  const value = failed ? -1 : Number.parseInt(call.result, call.result.startsWith('0x') ? 16 : 10);
  try {
    handler({ life, process, call, args: argumentsOf(call), failed, value });
  } catch (error) {
    if (!isDiskError(error)) throw error;
    if (error.code === 'EXDEV')
      throw new Unfollowed(
        `${call.name} leads from one file system to another, which is refused there; on this machine the disk is one`,
      );
    throw new Unfollowed(`${call.name} succeeded on the real disk, and not in its record: ${error.message}`);
  }
}

function isDiskError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
