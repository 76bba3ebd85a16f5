/** Node's code of an operating error (`ENOENT`), or undefined for anything else. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}

/** An error that the user can do something about; its message is shown as it is. */
export class StoreError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'StoreError';
    this.code = code;
  }
}

/** What `promise` gives, or undefined if what it looks for is not there. */
export async function ifThere<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Whether a file could not be made because of its name: on this disk, no file can have it. */
export function isBadName(error: unknown): boolean {
  return ['ENAMETOOLONG', 'EILSEQ', 'EINVAL'].includes(codeOf(error) ?? '');
}

/** One line that says what went wrong, for logs and reports. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
