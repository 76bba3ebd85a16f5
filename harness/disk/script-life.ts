import { Core } from './core/core.ts';
import { Image } from './image/image.ts';
import type { Op } from './journal.ts';
import { ScriptRunner, type Script, type ScriptOp } from './script.ts';

/** A script's life: where it starts, its journal, and how long the journal is after each op of the script. */
export interface ScriptLife {
  readonly boot: Image;
  readonly ops: readonly Op[];
  /** `journalled[k]`: ops in the journal once `k` ops of the script have returned. Opening and closing add none. */
  readonly journalled: readonly number[];
}

/** An op of a script that the disk refuses: `ops[3], rename: it fails: ENOENT: ...`. */
export class ScriptError extends Error {
  override name = 'ScriptError';
}

/** @throws ScriptError if an op of the script fails on the disk */
export function runScript(script: Script): ScriptLife {
  const image = Image.empty();
  runAll(new ScriptRunner(new Core(image)), script.setup, 'setup', () => {});
  const boot = image.fork();
  const core = new Core(boot.fork());
  const journalled = [0];
  runAll(new ScriptRunner(core), script.ops, 'ops', () => journalled.push(core.journal.length));
  return { boot, ops: core.journal.ops, journalled };
}

/** Whether the disk refuses no op of a script. */
export function isRunnable(script: Script): boolean {
  try {
    runScript(script);
    return true;
  } catch {
    return false;
  }
}

function runAll(runner: ScriptRunner, ops: readonly ScriptOp[], list: string, done: () => void): void {
  for (const [i, op] of ops.entries()) {
    try {
      runner.step(op);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ScriptError(`${list}[${i}], ${op.op}: it fails: ${reason}`);
    }
    done();
  }
}
