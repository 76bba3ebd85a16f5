import { StoreError } from '../storage/errors.ts';

/** Bytes of a file name on all file systems of today. */
const LONGEST = 255;

/**
 * Whether this may be the name of a client, and so of a directory and a file: one plain component of a path, not
 * hidden, without controls and what looks like one of an editor's copies. Burp has the same rules, but for controls.
 */
export function isClientName(name: string): boolean {
  return /^[^./\\\p{C}][^/\\\p{C}]*(?<!~)$/u.test(name) && Buffer.byteLength(name) <= LONGEST;
}

/** Throws EINVAL unless it may be the name of a client. */
export function checkClientName(name: string): void {
  if (isClientName(name)) return;
  throw new StoreError(
    'EINVAL',
    `a client's name has no slashes, backslashes and control characters, no dot in front and no ~ at its end, unlike ${JSON.stringify(name)}`,
  );
}
