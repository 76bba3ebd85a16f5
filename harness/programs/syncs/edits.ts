import type { OpKind } from '../../disk/journal.ts';

/** The lives of a story that do something: the one that is cut first, and those that come after. */
export type Acting = 'run' | 'recover';

/** A sync of the program: its call site, in one kind of life. */
export interface SyncName {
  readonly part: Acting;
  /** The key of its call site. */
  readonly site: string;
  /** Which one of those that are made there in one life, from 1; all of them, if nothing is said. */
  readonly nth?: number;
}

/** Which file or directory an added sync is of, as the op sees it that it comes next to. */
export type Target =
  /** What is written, made or moved. */
  | 'file'
  /** The directory that holds the name; of a rename and a link, the new one. */
  | 'directory'
  /** The directory that a rename takes the name from. */
  | 'old directory'
  /** Everything: sync(2). */
  | 'all';

/** A sync that the program does not do. */
export interface AddedSync {
  readonly part: Acting;
  /** The key of the call site of the op that it comes next to; with `when: 'begin'`, empty. */
  readonly site: string;
  /** The kind of op there: one call may make several. */
  readonly kind: OpKind | null;
  readonly when: 'before' | 'after' | 'begin';
  readonly target: Target;
}

/** Another way to do the same in the main life, tried on its journal. Ops are the program's own, from 1. */
export type JournalChange =
  /** One op comes right after another, which is later. */
  | { readonly type: 'order'; readonly op: number; readonly after: number }
  /**
   * What is written into a file goes into a temporary one, which is synced and renamed over it. Without a name of its own
   * until then, it is what a recovery does not find that does not know of it.
   */
  | { readonly type: 'replace'; readonly ino: number; readonly named: boolean };

/** What is changed about a program's syncs: plain data, so that a worker can be told. */
export interface SyncEdits {
  readonly without?: readonly SyncName[];
  readonly added?: readonly AddedSync[];
  readonly journal?: JournalChange;
}
