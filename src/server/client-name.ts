import { StoreError } from '../storage/errors.ts';

const FORM = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/;

/** Throws EINVAL unless the name is one plain component of a path: it becomes the name of a directory. */
export function checkClientName(name: string): void {
  if (FORM.test(name)) return;
  throw new StoreError(
    'EINVAL',
    `a client's name has 1 to 128 letters, digits, dots, hyphens and underscores and no dot in front, unlike ${JSON.stringify(name)}`,
  );
}
