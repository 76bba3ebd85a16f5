import { writeFileSync as kept } from 'node:fs';
import { PowerCut } from '../errors.ts';
import { type Call, finish, type Host, inTurns, type Work } from './call.ts';
import { type Copying, prepareCp } from './cp.ts';
import { callbackForm, named, syncForm } from './forms.ts';
import { NAME_CALLS } from './names.ts';
import { CONTENT_CALLS, writer } from './contents.ts';
import { DESCRIPTOR_CALLS, SPAN_CALLS, toStrictLength } from './descriptors.ts';
import { toCallback, toFd, toOptions, toPath } from './validate.ts';

type Method = (...args: unknown[]) => unknown;

type Group = (host: Host) => Record<string, unknown>;

/** The calls whose forms differ by more than how they answer, by their names: each makes itself for a host. */
export const QUIRKS: Readonly<Record<string, (host: Host) => unknown>> = Object.fromEntries(
  ([existence, spans, copies, stats, closing, files] satisfies Group[]).flatMap((group: Group) =>
    // What a group has depends on no host, so that of none will do to ask.
    Object.keys(group({} as Host)).map((name) => [name, (host: Host) => group(host)[name]]),
  ),
);

/** Every error means "no", except that the power is off: a program must not go on with that answer. */
function existence(host: Host): Record<string, unknown> {
  const found = (path: unknown): boolean => {
    try {
      host.core.access(toPath(path), 0);
      return true;
    } catch (error) {
      if (error instanceof PowerCut) throw error;
      return false;
    }
  };
  return {
    existsSync: function existsSync(path: unknown): boolean {
      return found(path);
    },
    exists: function exists(path: unknown, callback: unknown): void {
      const done = toCallback(callback);
      inTurns(host, () => found(path), done, done);
    },
  };
}

/** read and write, whose arguments before the callback have many forms. */
function spans(host: Host): Record<string, unknown> {
  const { read, readSync, write } = SPAN_CALLS;
  const sync = ({ span, move }: typeof read): Method => {
    return (fd, ...args) =>
      finish(
        (
          (checked, part) => () =>
            move(host.core, checked, part)
        )(toFd(fd), span(args)),
      );
  };
  const asynchronous = ({ span, move }: typeof read): Method => {
    return (given, ...args) => {
      const fd = toFd(given);
      const at = args.findIndex((arg) => typeof arg === 'function');
      const part = span(at === -1 ? args : args.slice(0, at));
      const callback = toCallback(at === -1 ? args[4] : args[at]);
      const buffer = typeof args[0] === 'string' ? args[0] : part.view;
      inTurns(
        host,
        () => move(host.core, fd, part),
        (count) => callback(null, count, buffer),
        (error) => callback(error, 0, buffer),
      );
    };
  };
  return {
    readSync: named('readSync', sync(readSync)),
    writeSync: named('writeSync', sync(write)),
    read: named('read', asynchronous(read)),
    write: named('write', asynchronous(write)),
  };
}

function copies(host: Host): Record<string, unknown> {
  return {
    cpSync: syncForm(host, 'cpSync', {
      arity: 3,
      prepare: ({ core }, from, to, options) => {
        const work = prepareCp(core, 'sync', from, to, options);
        return () => copyNow(work());
      },
    }),
    cp: function cp(from: unknown, to: unknown, options: unknown, callback?: unknown): void {
      const done = toCallback(typeof options === 'function' ? options : callback);
      const given = typeof options === 'function' ? undefined : options;
      const work = prepareCp(host.core, 'async', from, to, given);
      copyInTurns(host, work).then(
        () => host.defer(() => done(null, undefined)),
        (error: unknown) => host.defer(() => done(error)),
      );
    },
  };
}

/** A filter of `cpSync` must answer at once. */
function copyNow(copying: Copying): void {
  for (let step = copying.next(); step.done !== true; step = copying.next(step.value)) {
    if (step.value instanceof Promise) {
      const expected = `Expected boolean to be returned from the "filter" function but got an instance of Promise.`;
      throw Object.assign(new TypeError(expected), { code: 'ERR_INVALID_RETURN_VALUE' });
    }
  }
}

/** The same, in one turn unless a filter takes its time. After a power cut the promise never settles. */
export function copyInTurns(host: Host, work: () => Copying): Promise<void> {
  return new Promise((resolve, reject) => {
    const copying = work();
    const advance = (answer: unknown): void => {
      try {
        const step = copying.next(answer);
        if (step.done === true) return resolve();
        if (!(step.value instanceof Promise)) return advance(step.value);
        step.value.then(advance, reject);
      } catch (error) {
        if (!(error instanceof PowerCut)) reject(error);
      }
    };
    host.defer(() => advance(undefined));
  });
}

/** `throwIfNoEntry`, which only the synchronous calls know. */
function stats(host: Host): Record<string, unknown> {
  const tolerant = (name: string): Method => {
    const call = NAME_CALLS[name.slice(0, -'Sync'.length)]!;
    const strict = syncForm(host, name, call);
    return named(name, (path, options) => {
      if ((options as { throwIfNoEntry?: unknown } | undefined)?.throwIfNoEntry !== false)
        return strict(path, options);
      try {
        return finish(call.prepare(host, path, options));
      } catch (error) {
        const { code } = error as { code?: string };
        if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
        throw error;
      }
    });
  };
  return { statSync: tolerant('statSync'), lstatSync: tolerant('lstatSync') };
}

/**
 * `readFile` of a descriptor with a callback: Node forgets what went wrong and says that there is nothing.
 * `truncate` with a callback looks at the length first, and `writeFile` writes even nothing.
 */
function files(host: Host): Record<string, unknown> {
  const { readFile, truncate } = CONTENT_CALLS;
  return {
    readFile: callbackForm(host, 'readFile', {
      arity: 2,
      prepare: (each, file, options) => {
        const work = readFile.prepare(each, file, options);
        return typeof file === 'number' ? () => orNothing(work, options) : work;
      },
    }),
    writeFileSync: syncForm(host, 'writeFileSync', unflushed(CONTENT_CALLS.writeFile)),
    appendFileSync: syncForm(host, 'appendFileSync', unflushed(CONTENT_CALLS.appendFile)),
    writeFile: callbackForm(host, 'writeFile', writer('w', true)),
    appendFile: callbackForm(host, 'appendFile', writer('a', true)),
    truncate: callbackForm(host, 'truncate', {
      arity: 2,
      prepare: (each, file, length) =>
        truncate.prepare(each, file, length === undefined ? 0 : toStrictLength(length)),
    }),
  };
}

/**
 * Node 20, and others until nodejs/node#60552, never flush text that is written synchronously with its encoding
 * named: whoever asks for that gets no fsync from the real one, and must not get one here.
 */
function unflushed(call: Call): Call {
  return {
    ...call,
    prepare: (host, file, data, options) => {
      const { encoding, flush } = toOptions(options);
      if (typeof data !== 'string' || flush !== true || flushesText())
        return call.prepare(host, file, data, options);
      if (encoding !== 'utf8' && encoding !== 'utf-8') return call.prepare(host, file, data, options);
      return call.prepare(host, file, data, { ...(options as object), flush: false });
    },
  };
}

/** The real one, as it was when this was loaded: lives may be kept from it. */
const writeFileSync = kept;
/** No descriptor has this number. */
const NOBODYS_FD = 2 ** 31 - 1;
let known: boolean | undefined;

/** Asks this Node: writing nothing to a descriptor that isn't there fails only if it is flushed. */
function flushesText(): boolean {
  if (known !== undefined) return known;
  try {
    writeFileSync(NOBODYS_FD, '', { encoding: 'utf8', flush: true });
    known = false;
  } catch {
    known = true;
  }
  return known;
}

function* orNothing(work: Work, options: unknown): Generator<void, unknown, void> {
  try {
    return yield* work() as Generator<void, unknown, void>;
  } catch (error) {
    if ((error as { syscall?: string }).syscall !== 'read') throw error;
    return toOptions(options)['encoding'] ? '' : Buffer.alloc(0);
  }
}

/** `close` needs no callback: then an error of it is nobody's, and uncaught. */
function closing(host: Host): Record<string, unknown> {
  const close = callbackForm(host, 'close', DESCRIPTOR_CALLS['close']!);
  return {
    close: named('close', (fd, callback) =>
      close(
        fd,
        callback ??
          ((error: unknown) => {
            if (error) throw error;
          }),
      ),
    ),
  };
}
