import { codeOf } from '../storage/errors.ts';
import type { Action } from './action.ts';

/** What a disk says, in the words of those who look after it. */
const DISK: Readonly<Record<string, string>> = {
  ENOSPC: "the server's disk is full",
  EDQUOT: "the server's disk quota is used up",
  EROFS: "the server's disk is read-only",
  EIO: "the server's disk has an error",
  EACCES: 'the server has no right to its own store',
  EPERM: 'the server has no right to its own store',
  EMFILE: 'the server has too many files open',
  ENFILE: 'the server has too many files open',
};

/**
 * What a client that has proved who it is hears of an error, for its user to read: what failed, and why, but no path of
 * the server's. The log has it all. Undefined if the network is the error: then nobody is there to hear.
 */
export function toldOf(error: unknown, action: Action | undefined): string | undefined {
  const code = codeOf(error);
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ETIMEDOUT') return undefined;
  // These are about what the client sent, or about damage to its own backups.
  if ((code === 'EPROTO' || code === 'EBADMSG') && error instanceof Error) return error.message;
  const why = code === undefined ? 'the server made a mistake' : `${diskOf(code)} (${code})`;
  return `${failed(action)}${why}; its log says more`;
}

function diskOf(code: string): string {
  return DISK[code] ?? "the server can't use its store";
}

/** Unlike a list, what is stored and deleted is not known to be as it was: the next recovery decides. */
function failed(action: Action | undefined): string {
  switch (action?.kind) {
    case 'backup':
      return 'the backup could not be stored: ';
    case 'delete':
      return 'the deletion could not be finished: ';
    case 'list':
    case 'browse':
    case 'diff':
    case 'restore':
    case 'verify':
      return `the ${action.kind === 'browse' ? 'list' : action.kind} could not be finished: `;
    default:
      return '';
  }
}
