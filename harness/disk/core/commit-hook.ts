import type { Draft } from './draft.ts';

/** An experiment on the calls of a program: syncs that are left out, and others that it does not do. */
export interface CommitHook {
  /** Whether the op does not happen. The call returns as if it had. */
  leavesOut(draft: Readonly<Draft>): boolean;
  /** What happens right before the op, without the program's knowing. */
  before(draft: Readonly<Draft>): readonly Draft[];
  /** The same right after it. */
  after(draft: Readonly<Draft>): readonly Draft[];
}
