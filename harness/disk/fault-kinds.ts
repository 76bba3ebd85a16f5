/**
 * How a call to the disk can go wrong.
 * - `eio`: the device fails. Any call that reads or writes it.
 * - `enospc`, `edquot`: no space, or none of one's own, for this once. Calls that need a new block.
 * - `enospc-lasting`, `edquot-lasting`: the same for all calls that need one, until something is freed.
 * - `emfile`: too many files are open. `open` alone.
 * - `eintr`: a signal came. `read` alone: libuv tries all other calls again, but for `close`, of which nobody knows then
 *   whether it has closed (uv__fs_work in src/unix/fs.c).
 * - `short`: a write writes less than it was given, and says how much.
 */
export const FAULT_KINDS = [
  'eio',
  'enospc',
  'enospc-lasting',
  'edquot',
  'edquot-lasting',
  'emfile',
  'eintr',
  'short',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** One call of a life that goes wrong. */
export interface Fault {
  /** Which of the life's calls, from 1: those that count are its chances. */
  readonly call: number;
  readonly kind: FaultKind;
}
