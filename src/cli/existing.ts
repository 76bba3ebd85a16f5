import { realpath } from 'node:fs/promises';
import { StoreError } from '../storage/errors.ts';

/** The true path of a directory that a user names. Throws StoreError, ENOENT, if there is none. */
export async function existing(directory: string): Promise<string> {
  try {
    return await realpath(directory);
  } catch {
    throw new StoreError('ENOENT', `there is no directory ${directory}`);
  }
}
