import type { Child } from '../dom.ts';

/** What a place shows. */
export interface Page {
  readonly title: string;
  /** The way here from the first page, which is not part of it. */
  readonly crumbs: readonly { readonly text: string; readonly href: string }[];
  readonly content: readonly Child[];
  /** Fills in what needs a run's details, once they are unpacked. */
  readonly later?: () => Promise<void>;
}
