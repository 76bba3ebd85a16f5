import type * as nodeFs from 'node:fs';
import * as real from 'node:fs';
import { promisify } from 'node:util';
import type { Core } from '../core/core.ts';
import type { Call, Host } from './call.ts';
import { CONTENT_CALLS } from './contents.ts';
import { DESCRIPTOR_CALLS } from './descriptors.ts';
import { Dir, OPENDIR } from './dir.ts';
import { callbackForm, named, syncForm } from './forms.ts';
import { lazyTable, type Member, type Table } from './lazy-table.ts';
import { READDIR } from './listing.ts';
import { NAME_CALLS, NATIVE_REALPATH, REALPATH } from './names.ts';
import { promisesOf } from './promises.ts';
import { QUIRKS } from './quirks.ts';
import { makeStreams, type Streams } from './streams.ts';
import { unavailable } from './unavailable.ts';

type Method = (...args: unknown[]) => unknown;

/** All of `node:fs` over a core: what one life gets in place of the real one. */
export interface DiskVolume {
  readonly fs: typeof nodeFs;
  readonly promises: typeof nodeFs.promises;
}

export interface VolumeOptions {
  /**
   * Runs a task after the code that called, its `process.nextTick`s and its microtasks, and before timers; first in,
   * first out. What the task throws is an uncaught exception of the program.
   */
  readonly defer: Host['defer'];
  /** Whether nothing else is waiting for its turn; then calls made of several are done in one. */
  readonly isAlone?: () => boolean;
  /** The life's clock, in milliseconds since 1970. */
  readonly now?: () => number;
  /** What a program gets in place of a function of `fs` or, as `promises.stat`, of its promises; that one, as a rule. */
  readonly around?: (name: string, method: Method) => Method;
}

/** What a table is made of, for one life. */
interface Parts {
  readonly host: Host;
  readonly streams: () => Streams;
  readonly promises: () => Table;
  readonly around: NonNullable<VolumeOptions['around']>;
}

type Made = Readonly<Record<string, Member<Parts>>>;

/** What all three forms share. Beside these there are a few that differ, in `quirks.ts`. */
const CALLS: Readonly<Record<string, Call>> = {
  ...NAME_CALLS,
  ...CONTENT_CALLS,
  ...DESCRIPTOR_CALLS,
  readdir: READDIR,
  opendir: OPENDIR,
};

/** What `util.promisify` makes of the calls whose callbacks get more than one result, or no error. */
const PROMISED: Readonly<Record<string, (method: Method) => Method>> = {
  read: twoResults('bytesRead', 'buffer'),
  write: twoResults('bytesWritten', 'buffer'),
  readv: twoResults('bytesRead', 'buffers'),
  writev: twoResults('bytesWritten', 'buffers'),
  exists: (method) => (path) => new Promise((resolve) => void method(path, resolve)),
};

/** The functions of `node:fs`, in their forms with callbacks and without. */
const FUNCTIONS: Made = methods({
  ...perCall((name, call) => [name, (host) => callbackForm(host, name, call)]),
  ...perCall((name, call) => [`${name}Sync`, (host) => syncForm(host, `${name}Sync`, call)]),
  ...QUIRKS,
  realpath: (host) =>
    Object.assign(callbackForm(host, 'realpath', REALPATH), {
      native: callbackForm(host, 'realpath.native', NATIVE_REALPATH),
    }),
  realpathSync: (host) =>
    Object.assign(syncForm(host, 'realpathSync', REALPATH), {
      native: syncForm(host, 'realpathSync.native', NATIVE_REALPATH),
    }),
});

const { F_OK, R_OK, W_OK, X_OK } = real.constants;
const { Stats, Dirent, constants } = real;

/** What is the same in every life. */
const SAME: Made = Object.fromEntries(
  Object.entries({ ...unavailable(), Stats, Dirent, Dir, constants, F_OK, R_OK, W_OK, X_OK }).map(
    ([name, value]) => [name, { make: () => value }],
  ),
);

const STREAMS: Made = {
  createReadStream: {
    make: ({ streams }) =>
      named('createReadStream', (path, given) => new (streams().ReadStream)(path, given)),
  },
  createWriteStream: {
    make: ({ streams }) =>
      named('createWriteStream', (path, given) => new (streams().WriteStream)(path, given)),
  },
  ReadStream: { make: ({ streams }) => streams().ReadStream, isAccessor: true },
  WriteStream: { make: ({ streams }) => streams().WriteStream, isAccessor: true },
  FileReadStream: { make: ({ streams }) => streams().ReadStream, isAccessor: true },
  FileWriteStream: { make: ({ streams }) => streams().WriteStream, isAccessor: true },
  promises: { make: ({ promises }) => promises(), isAccessor: true },
};

const MEMBERS: Made = { ...FUNCTIONS, ...SAME, ...STREAMS };

/**
 * A `node:fs` of its own over a core: synchronous calls, callbacks, promises, FileHandle, streams. Asynchronous calls
 * take effect in their turn, after what the program has in hand, in the order of the calls; those that Node makes out
 * of several calls have a turn for each.
 */
export function createVolume(core: Core, options: VolumeOptions): DiskVolume {
  const host: Host = {
    core,
    defer: options.defer,
    isAlone: options.isAlone ?? notAlone,
    now: options.now ?? atTheBeginning,
    names: { next: 0 },
  };
  let [streams, promises]: [Streams | undefined, Table | undefined] = [undefined, undefined];
  const parts: Parts = {
    host,
    streams: () => (streams ??= makeStreams(fs)),
    promises: () => (promises ??= promisesOf(host, parts.streams, parts.around)),
    around: options.around ?? asItIs,
  };
  const fs: Table = lazyTable(MEMBERS, parts);
  return {
    fs: fs as unknown as typeof nodeFs,
    get promises() {
      return parts.promises() as unknown as typeof nodeFs.promises;
    },
  };
}

function notAlone(): boolean {
  return false;
}

function atTheBeginning(): number {
  return 0;
}

function asItIs(_name: string, method: Method): Method {
  return method;
}

function perCall(
  member: (name: string, call: Call) => readonly [string, (host: Host) => unknown],
): Record<string, (host: Host) => unknown> {
  return Object.fromEntries(Object.entries(CALLS).map(([name, call]) => member(name, call)));
}

/** Each as it is used around here, and with what `util.promisify` asks for. */
function methods(makers: Readonly<Record<string, (host: Host) => unknown>>): Made {
  const member = (name: string, maker: (host: Host) => unknown): Member<Parts> => ({
    make: ({ host, around }) => {
      const method = around(name, maker(host) as Method);
      const promised = PROMISED[name]?.(method);
      if (promised === undefined) return method;
      return Object.defineProperty(method, promisify.custom, { value: promised, configurable: true });
    },
  });
  return Object.fromEntries(Object.entries(makers).map(([name, maker]) => [name, member(name, maker)]));
}

function twoResults(count: string, buffers: string): (method: Method) => Method {
  return (method) =>
    (...args) =>
      new Promise((resolve, reject) => {
        method(...args, (error: unknown, moved: number, buffer: unknown) => {
          if (error) reject(error);
          else resolve({ [count]: moved, [buffers]: buffer });
        });
      });
}
