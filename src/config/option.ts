import type { Kind } from './kinds.ts';

/** Where an option may stand: in the server's file, in a client's file in clientconfdir, or in both. */
export type Place = 'server' | 'client' | 'both';

/**
 * - `yes`: it means what it means to Burp.
 * - `needless`: there is nothing for it to do here, and nobody misses anything. Accepted without a word.
 * - `no`: what it asks for is not done; that is safe, so it is a warning.
 * - `never`: to go on without doing what it asks for would not be safe, so it is an error.
 */
export type Support = 'yes' | 'needless' | 'no' | 'never';

/** One option of Burp's server configuration. */
export interface Option {
  readonly name: string;
  readonly kind: Kind;
  readonly isList: boolean;
  readonly place: Place;
  readonly support: Support;
  /** What it means, or why it has no effect: a sentence without its full stop, for messages and documentation. */
  readonly says: string;
  /** As it would be written; undefined if there is none. */
  readonly default?: string;
  /** For `no` and `never`: values that ask for nothing, and are fine. */
  readonly harmless?: readonly string[];
  /** For lists that a client's file adds to instead of replacing. */
  readonly isAdded?: boolean;
}

type Rest = Pick<Option, 'default' | 'harmless' | 'isAdded'> & { readonly place?: Place };

export function one(name: string, kind: Kind, says: string, rest: Rest = {}): Option {
  return { name, kind, isList: false, place: 'both', support: 'yes', says, ...rest };
}

export function many(name: string, kind: Kind, says: string, rest: Rest = {}): Option {
  return { ...one(name, kind, says, rest), isList: true };
}

/** The same option with other support. */
export function withSupport(support: Support, options: readonly Option[]): Option[] {
  return options.map((option) => ({ ...option, support }));
}
