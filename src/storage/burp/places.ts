/** What Burp's own server has in the directory of a backup that it has not finished, and jiggle has not. */
export const PLAIN_LOG = 'log';
export const UNCHANGED = 'unchanged';
/** Whole files as received; while a file is patched, the result as well. */
export const RECEIVED = 'data.tmp';
/** Files of hard links whose first name vanished from the client. */
export const RELINKED = 'relink';
/** The previous backup once more, by hard links: it is taken apart in place of the previous one, and then replaces it. */
export const DUPLICATE = 'currentdup';

/** All of it; nothing of it is in a finished backup. */
export const LEFTOVERS: readonly string[] = [
  PLAIN_LOG,
  UNCHANGED,
  RECEIVED,
  RELINKED,
  DUPLICATE,
  `${DUPLICATE}.tmp`,
  'deletions',
  'deltmppath',
  'counters_d',
  'counters_n',
];
