import type { ByteString } from '../storage/manifest/byte-string.ts';

/** What a client asks for, once all is agreed. Backups are still as the client named them: see `choose`. */
export type Action =
  | { readonly kind: 'backup'; readonly when: 'now' | 'if due' }
  | { readonly kind: 'timer check' }
  | { readonly kind: 'list'; readonly backup: ByteString; readonly regex: ByteString }
  | { readonly kind: 'browse'; readonly backup: ByteString; readonly directory: ByteString }
  | { readonly kind: 'diff'; readonly backup: ByteString; readonly other: ByteString }
  | Reading
  | { readonly kind: 'delete'; readonly backup: ByteString }
  | { readonly kind: 'old delete' | 'unknown' };

/** Restore and verify are asked for alike. */
export interface Reading {
  readonly kind: 'restore' | 'verify';
  readonly backup: ByteString;
  readonly regex: ByteString;
  /** Whether the client sends a list of the paths that it wants. */
  readonly hasList: boolean;
}

const LIST = 'restore_list ';

export function parseAction(text: ByteString): Action {
  switch (text) {
    case 'backupphase1':
      return { kind: 'backup', when: 'now' };
    case 'backupphase1timed':
      return { kind: 'backup', when: 'if due' };
    case 'backupphase1timedcheck':
      return { kind: 'timer check' };
  }
  const space = text.indexOf(' ');
  const word = text.slice(0, Math.max(space, 0));
  const rest = text.slice(space + 1);
  switch (word) {
    case 'list': {
      const [backup, regex] = halves(rest);
      return { kind: 'list', backup, regex };
    }
    case 'listb': {
      const [backup, directory] = halves(rest);
      return { kind: 'browse', backup, directory };
    }
    case 'diff': {
      const [backup, other] = halves(rest);
      return { kind: 'diff', backup, other };
    }
    case 'restore':
    case 'verify':
      return parseReading(word, rest);
    case 'Delete':
      return { kind: 'delete', backup: rest };
    case 'delete':
      return { kind: 'old delete' };
    default:
      return { kind: 'unknown' };
  }
}

function parseReading(kind: Reading['kind'], text: ByteString): Reading {
  const hasList = text.startsWith(LIST);
  const [backup, regex] = halves(hasList ? text.slice(LIST.length) : text);
  return { kind, backup, regex, hasList };
}

/** What comes before the first colon, and what comes after it. */
function halves(text: ByteString): [ByteString, ByteString] {
  const colon = text.indexOf(':');
  return colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
}
