import { StoreError, codeOf, reasonOf } from '../storage/errors.ts';

const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; what was stored is safe, and the next run goes on from here',
  EDQUOT: 'the disk quota is used up; what was stored is safe, and the next run goes on from here',
  EIO: 'the disk reports an error',
  EACCES: 'no permission',
  EROFS: 'the file system is read-only',
};

/** One line for an error, with what it means where that is not plain. */
export function explain(error: unknown): string {
  const reason = reasonOf(error).split('\n', 1)[0] ?? '';
  const hint = HINTS[codeOf(error) ?? ''];
  return error instanceof StoreError || hint === undefined ? reason : `${hint} (${reason})`;
}
