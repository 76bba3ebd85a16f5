/** Linux' numbers with libuv's texts, so that an error reads as it would in a Node program on a real disk. */
const ERRORS = {
  EPERM: [1, 'operation not permitted'],
  ENOENT: [2, 'no such file or directory'],
  EINTR: [4, 'interrupted system call'],
  EIO: [5, 'i/o error'],
  EBADF: [9, 'bad file descriptor'],
  EACCES: [13, 'permission denied'],
  EBUSY: [16, 'resource busy or locked'],
  EEXIST: [17, 'file already exists'],
  EXDEV: [18, 'cross-device link not permitted'],
  ENOTDIR: [20, 'not a directory'],
  EISDIR: [21, 'illegal operation on a directory'],
  EINVAL: [22, 'invalid argument'],
  EMFILE: [24, 'too many open files'],
  EFBIG: [27, 'file too large'],
  ENOSPC: [28, 'no space left on device'],
  ENAMETOOLONG: [36, 'name too long'],
  ENOTEMPTY: [39, 'directory not empty'],
  ELOOP: [40, 'too many symbolic links encountered'],
  ENOTSUP: [95, 'operation not supported on socket'],
  /** EDQUOT, as Node shows it: libuv has no name for it. */
  'Unknown system error -122': [122, 'Unknown system error -122'],
} as const satisfies Record<string, readonly [errno: number, text: string]>;

/** The operating errors that the simulated disk can answer with. */
export type ErrorCode = keyof typeof ERRORS;

/** An operating error, shaped like the ones of `node:fs`. `errno` is negative, as there. */
export interface DiskError extends Error {
  readonly errno: number;
  readonly code: ErrorCode;
  readonly syscall: string;
  readonly path?: string;
  readonly dest?: string;
}

/**
 * Makes an operating error. It has no stack trace, like an error of `node:fs/promises`: programs probe for missing
 * files all the time, and a trace costs ten times as much as the probe.
 */
export function diskError(code: ErrorCode, syscall: string, path?: string, dest?: string): DiskError {
  const [errno, text] = ERRORS[code];
  let message = `${code}: ${text}, ${syscall}`;
  if (path !== undefined) message += ` '${path}'`;
  if (dest !== undefined) message += ` -> '${dest}'`;
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const error = new Error(message) as Error & Record<string, unknown>;
  Error.stackTraceLimit = limit;
  error['errno'] = -errno;
  error['code'] = code;
  error['syscall'] = syscall;
  if (path !== undefined) error['path'] = path;
  if (dest !== undefined) error['dest'] = dest;
  return error as unknown as DiskError;
}

/** An `ERR_...` error of the API layer: an argument that is wrong or that this disk doesn't support. */
export function argumentError(code: string, message: string): TypeError & { code: string } {
  const error = new TypeError(message) as TypeError & { code: string };
  error.code = code;
  return error;
}

/**
 * Thrown by the core for every call after the power went off. It is no operating error and has no `code`: a program
 * must not be able to handle it. The promise APIs turn it into a promise that never settles.
 */
export class PowerCut extends Error {
  override readonly name = 'PowerCut';

  constructor(ops: number) {
    super(`the power went off after op ${ops}`);
  }
}
