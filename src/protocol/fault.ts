import { reasonOf } from '../storage/errors.ts';

/** An operating error: the peer did not keep to the protocol. */
export interface Fault extends Error {
  readonly code: 'EPROTO';
}

/** Makes the error for a peer that says what it may not say; `reason` is for the log, and for the peer. */
export function fault(reason: string): Fault {
  return Object.assign(new Error(reason), { code: 'EPROTO' as const });
}

/** Makes the error for a peer that went away; `due` says what was waited for. */
export function gone(due: string): Error {
  return Object.assign(new Error(`the client closed the connection, where ${due} was due`), {
    code: 'ECONNRESET',
  });
}

/**
 * What was left to do failed, after the client had been told that its backup is stored, which is still so: it left with
 * that, and the next recovery goes on.
 */
export class StoredUnfinished extends Error {
  constructor(cause: unknown) {
    super(`the backup is stored, but could not be finished yet: ${reasonOf(cause)}`, { cause });
    this.name = 'StoredUnfinished';
  }
}

export type RefusalLetter = 'c' | 'e' | 'w' | 'p';

/**
 * Ends a conversation with a text to the client, which prints it: nothing is wrong with the server. `e` frames are
 * errors, `c` frames are Burp's way to say that something is not allowed, `w` is what it says of a quota, and `p` what it
 * says in a list.
 */
export class Refusal extends Error {
  readonly letter: RefusalLetter;

  constructor(text: string, letter: RefusalLetter = 'e') {
    super(text);
    this.name = 'Refusal';
    this.letter = letter;
  }
}
