import { Core } from '../disk/core/core.ts';
import type { Image } from '../disk/image/image.ts';
import type { Finding } from '../programs/scenario.ts';
import { thrown } from './findings.ts';

/** What is said in the place of a broken invariant where a check neither passed nor found anything. */
export const COULD_NOT_TELL = 'the check could not tell';

/** Calls of the disk that fail on what a cut has left, where a check expects what the program meant to leave. */
const OF_THE_DISK = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP']);

/**
 * What to say of a check that threw what is no assertion: what it threw, and what it should do instead.
 *
 * @param image the disk that it looked at
 */
export function couldNotTell(error: unknown, image: Image): Finding {
  const finding = thrown(COULD_NOT_TELL, 'check failed', error);
  return { ...finding, advice: instead(error, image) };
}

function instead(error: unknown, image: Image): string {
  const { code, path } = error as { code?: unknown; path?: unknown };
  if (typeof path === 'string' && OF_THE_DISK.has(String(code))) {
    if (code === 'ENOENT' && isThere(image, path))
      return `${path} is there on the simulated disk, so the check reads the real one: it must use the fs that it is given`;
    const what = code === 'ENOENT' ? 'may be missing' : 'may be something else';
    return `${path} ${what} on a disk that a cut left: the check must catch that, and return broken(...) where it is wrong`;
  }
  return 'what a disk that a cut left can make it throw, the check must catch, and return broken(...) where it is wrong';
}

function isThere(image: Image, path: string): boolean {
  try {
    new Core(image.fork()).stat(path);
    return true;
  } catch {
    return false;
  }
}
