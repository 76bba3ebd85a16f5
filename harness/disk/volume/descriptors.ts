import type { Core } from '../core/core.ts';
import type { Call } from './call.ts';
import { readSpan, type Span, toViews, writePosition, writeSpan } from './spans.ts';
import { nodeStats, wantsBigInts } from './stats.ts';
import { toFd, toInteger, toMode, toOpenFlags, toOwner, toPath, toTime, viewBytes } from './validate.ts';

/** A call of a descriptor; the descriptor is checked here, its other arguments there. */
function onFd(
  arity: number,
  work: (core: Core, fd: number, args: readonly unknown[]) => () => unknown,
): Call {
  return { arity, prepare: (host, fd, ...args) => work(host.core, toFd(fd), args) };
}

/** A length in bytes; below zero counts as zero, as in Node, and nothing as well. */
export function toLength(value: unknown): number {
  return value === undefined ? 0 : toStrictLength(value);
}

export function toStrictLength(value: unknown): number {
  return Math.max(0, toInteger(value, 'len'));
}

/** read(2): nothing is not asked for, so not even a descriptor that can't be read is noticed. */
export function readInto(core: Core, fd: number, span: Span): number {
  if (span.length > 0) return core.read(fd, span.bytes, span.offset, span.length, span.position);
  core.enter();
  return 0;
}

export function writeFrom(core: Core, fd: number, span: Span): number {
  return core.write(fd, span.bytes, span.offset, span.length, span.position);
}

/** readv(2). */
export function readAll(
  core: Core,
  fd: number,
  views: readonly NodeJS.ArrayBufferView[],
  position: number | null,
): number {
  let total = 0;
  for (const view of views) {
    const at = position === null ? null : position + total;
    const count = core.read(fd, viewBytes(view), 0, view.byteLength, at);
    total += count;
    if (count < view.byteLength) break;
  }
  return total;
}

/** writev(2): one op, as it is one call. */
export function writeAll(
  core: Core,
  fd: number,
  views: readonly NodeJS.ArrayBufferView[],
  position: number | null,
): number {
  const joined = views.length === 1 ? viewBytes(views[0]!) : Buffer.concat(views.map(viewBytes));
  return core.write(fd, joined, 0, joined.length, position);
}

/** Callbacks of these get what was moved and the buffers it was moved from or to, also after an error. */
const withBuffer: Call['results'] = (count, args) => [count ?? 0, args[1]];

export const DESCRIPTOR_CALLS: Readonly<Record<string, Call>> = {
  open: {
    arity: 3,
    prepare: (host, given, flags, mode) => {
      const path = toPath(given);
      const checked = toOpenFlags(flags);
      const bits = toMode(mode, 0o666);
      return () => host.core.open(path, checked, bits);
    },
  },
  close: onFd(1, (core, fd) => () => core.close(fd)),
  fsync: onFd(1, (core, fd) => () => core.fsync(fd)),
  fdatasync: onFd(1, (core, fd) => () => core.fdatasync(fd)),
  fstat: onFd(2, (core, fd, [options]) => {
    const bigint = wantsBigInts(options);
    return () => nodeStats(core.fstat(fd), bigint);
  }),
  ftruncate: onFd(2, (core, fd, [length]) => {
    const size = toLength(length);
    return () => core.ftruncate(fd, size);
  }),
  fchmod: onFd(2, (core, fd, [mode]) => {
    const bits = toMode(mode);
    return () => core.fchmod(fd, bits);
  }),
  fchown: onFd(3, (core, fd, [uid, gid]) => {
    const [user, group] = [toOwner(uid, 'uid'), toOwner(gid, 'gid')];
    return () => core.fchown(fd, user, group);
  }),
  futimes: {
    arity: 3,
    prepare: (host, given, atime, mtime) => {
      const [first, second] = [toTime(atime, host.now, 'atime'), toTime(mtime, host.now, 'mtime')];
      const fd = toFd(given);
      return () => host.core.futimes(fd, first, second);
    },
  },
  readv: {
    ...onFd(3, (core, fd, [buffers, position]) => {
      const views = toViews(buffers);
      return () => readAll(core, fd, views, writePosition(position));
    }),
    results: withBuffer,
  },
  writev: {
    ...onFd(3, (core, fd, [buffers, position]) => {
      const views = toViews(buffers);
      return () => writeAll(core, fd, views, writePosition(position));
    }),
    results: withBuffer,
  },
};

/** read and write: a callback's second result is the buffer that was used, which need not be an argument. */
export const SPAN_CALLS = {
  read: { span: (args: readonly unknown[]): Span => readSpan(args, 'callback'), move: readInto },
  readSync: { span: (args: readonly unknown[]): Span => readSpan(args, 'sync'), move: readInto },
  write: { span: writeSpan, move: writeFrom },
} as const;
