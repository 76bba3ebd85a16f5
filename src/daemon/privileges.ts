import { readFileSync } from 'node:fs';
import { StoreError } from '../storage/errors.ts';

/**
 * Becomes another user and group for good; a user without a group brings its own. Throws StoreError if that can't be
 * done.
 */
export function becomeUser(user: string | undefined, group: string | undefined): void {
  if (user === undefined && group === undefined) return;
  // Node has it, its types don't.
  const { initgroups } = process as { initgroups?: (user: string, gid: string | number) => void };
  if (!process.setgid || !process.setuid || !initgroups || !process.getuid || !process.setgroups)
    throw new StoreError('ENOTSUP', 'this system has no users to change to: remove user and group');
  const gid = group ?? groupOf(user!);
  try {
    if (process.getuid() === 0) {
      if (user === undefined) process.setgroups([gid]);
      else initgroups(user, gid);
    }
    process.setgid(gid);
    if (user !== undefined) process.setuid(user);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'EINVAL';
    const who = [user === undefined ? [] : [`user ${user}`], `group ${gid}`].flat().join(' and ');
    throw new StoreError(code, `can't become ${who} (${code})`);
  }
}

/** The user's own group. A root's group that nobody asked for would stay with the server. */
function groupOf(user: string): number {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${user}:`));
  const gid = line?.split(':')[3];
  if (gid === undefined || !/^\d+$/.test(gid))
    throw new StoreError('ENOENT', `user ${user} is not in /etc/passwd: set group as well`);
  return Number(gid);
}
