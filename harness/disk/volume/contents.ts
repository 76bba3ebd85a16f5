import { O_RDWR } from '../core/constants.ts';
import type { Core } from '../core/core.ts';
import type { Call, Work } from './call.ts';
import { toLength } from './descriptors.ts';
import {
  throwIfAborted,
  toBoolean,
  toBytes,
  toFd,
  toMode,
  toOpenFlags,
  toOptions,
  toPath,
} from './validate.ts';

/** A file by its path, or by a descriptor that somebody else opened and will close. */
type File = string | number;

interface Opening {
  readonly flags: number;
  readonly mode: number;
}

interface Writing extends Opening {
  readonly flush: boolean;
  /** Ask the system to write even if there is nothing to write, which tells whether it would. */
  readonly always?: boolean;
  readonly signal: unknown;
  readonly encoding: unknown;
}

function toFile(value: unknown): File {
  return typeof value === 'number' ? toFd(value) : toPath(value);
}

/** Opens a path, works on it, closes it: each is a turn of its own, as each is a call. A descriptor stays open. */
function* opened<T>(
  core: Core,
  file: File,
  opening: Opening,
  work: (fd: number) => Generator<void, T, void>,
): Generator<void, T, void> {
  if (typeof file === 'number') return yield* work(file);
  const fd = core.open(file, opening.flags, opening.mode);
  try {
    yield;
    return yield* work(fd);
  } finally {
    yield;
    core.close(fd);
  }
}

function* readAll(core: Core, fd: number, signal: unknown): Generator<void, Buffer, void> {
  throwIfAborted(signal);
  const { size } = core.fstat(fd);
  yield;
  throwIfAborted(signal);
  const buffer = Buffer.allocUnsafeSlow(size);
  const length = core.read(fd, buffer, 0, size, null);
  return length === size ? buffer : buffer.subarray(0, length);
}

function* writeAll(core: Core, fd: number, bytes: Uint8Array, options: Writing): Generator<void, void, void> {
  throwIfAborted(options.signal);
  if (bytes.length > 0 || options.always === true) core.write(fd, bytes, 0, bytes.length, null);
  if (!options.flush) return;
  yield;
  core.fsync(fd);
}

export function writing(given: unknown, flag: string): Writing {
  const options = toOptions(given, { encoding: 'utf8', mode: 0o666, flag });
  const flush = toBoolean(options['flush'] ?? false, 'options.flush');
  return {
    flags: toOpenFlags(options['flag'] || flag),
    mode: toMode(options['mode'], 0o666),
    flush,
    signal: options['signal'],
    encoding: options['encoding'],
  };
}

/** The whole of a file, as bytes or as text. */
export function readWork(core: Core, file: File, given: unknown): Work<Buffer | string> {
  const options = toOptions(given, { flag: 'r' });
  const flags = toOpenFlags(options['flag'] ?? 'r', 'options.flag');
  const { encoding, signal } = options;
  return function* () {
    throwIfAborted(signal);
    const data = yield* opened(core, file, { flags, mode: 0o666 }, (fd) => readAll(core, fd, signal));
    return encoding ? data.toString(encoding as BufferEncoding) : data;
  };
}

/** Data that is all there, written to a file. */
export function writeWork(core: Core, file: File, data: unknown, options: Writing): Work<void> {
  const bytes = toBytes(data, options.encoding);
  return function* () {
    throwIfAborted(options.signal);
    yield* opened(core, file, options, (fd) => writeAll(core, fd, bytes, options));
  };
}

/** Options first, then the data, then the file: whoever gets several wrong is told of the same one as in Node. */
export function writer(flag: string, always = false): Call {
  return {
    arity: 3,
    prepare: ({ core }, file, data, given) => {
      const options = { ...writing(given, flag), always };
      const bytes = toBytes(data, options.encoding);
      return writeWork(core, toFile(file), bytes, options);
    },
  };
}

export const CONTENT_CALLS = {
  readFile: {
    arity: 2,
    prepare: ({ core }, file, given) => {
      const options = toOptions(given, { flag: 'r' });
      return readWork(core, toFile(file), options);
    },
  },
  writeFile: writer('w'),
  appendFile: writer('a'),
  truncate: {
    arity: 2,
    // The length is looked at once the file is open, except where there is a callback: see `quirks.ts`.
    prepare: ({ core }, given, length) => {
      const file = toFile(given);
      return () =>
        opened(core, file, { flags: O_RDWR, mode: 0o666 }, function* (fd) {
          core.ftruncate(fd, toLength(length));
          yield;
        });
    },
  },
} as const satisfies Record<string, Call>;
