/** What Node calls each of its own errors about files. */
const TITLES = {
  ERR_FS_EISDIR: 'Path is a directory',
  ERR_FS_CP_EINVAL: 'Invalid src or dest',
  ERR_FS_CP_DIR_TO_NON_DIR: 'Cannot overwrite non-directory with directory',
  ERR_FS_CP_NON_DIR_TO_DIR: 'Cannot overwrite directory with non-directory',
  ERR_FS_CP_EEXIST: 'Target already exists',
  ERR_FS_CP_SYMLINK_TO_SUBDIRECTORY: 'Cannot overwrite symlink in subdirectory of self',
} as const;

const NUMBERS = { EINVAL: 22, EISDIR: 21, ENOTDIR: 20, EEXIST: 17 } as const;

/** An error that Node raises itself before it asks the system: its code is Node's, the system's is in its text. */
export function systemError(
  code: keyof typeof TITLES,
  reason: keyof typeof NUMBERS,
  message: string,
  syscall: string,
  path: string,
): Error {
  const error = new Error(`${TITLES[code]}: ${syscall} returned ${reason} (${message}) ${path}`);
  Object.defineProperty(error, 'name', { value: 'SystemError', configurable: true, writable: true });
  return Object.assign(error, { code, errno: NUMBERS[reason], syscall, path });
}
