import { constants } from 'node:fs';
import { argumentError } from '../errors.ts';
import { aboutCall, type Call, type Host } from './call.ts';
import { CONTENT_CALLS, writing } from './contents.ts';
import { prepareCp } from './cp.ts';
import { DESCRIPTOR_CALLS } from './descriptors.ts';
import { OPENDIR } from './dir.ts';
import { named, promised, promiseForm } from './forms.ts';
import { FileHandle } from './handle.ts';
import { lazyTable, type Members, type Table } from './lazy-table.ts';
import { READDIR } from './listing.ts';
import { NAME_CALLS, NATIVE_REALPATH } from './names.ts';
import { isPieces, writePieces } from './pieces.ts';
import { copyInTurns } from './quirks.ts';
import type { Streams } from './streams.ts';
import { unwatched } from './unavailable.ts';
import { throwIfAborted, toPath } from './validate.ts';

interface Parts {
  readonly host: Host;
  readonly streams: () => Streams;
  readonly around: (name: string, method: Method) => Method;
}

type Method = (...args: unknown[]) => unknown;

const CALLS: Readonly<Record<string, Call>> = {
  ...NAME_CALLS,
  readdir: READDIR,
  opendir: OPENDIR,
  realpath: NATIVE_REALPATH,
  truncate: ofPath(CONTENT_CALLS.truncate),
};

const READ_FILE = ofPath(CONTENT_CALLS.readFile);
const WRITE_FILE = ofPath(CONTENT_CALLS.writeFile);
const APPEND_FILE = ofPath(CONTENT_CALLS.appendFile);

const MEMBERS: Members<Parts> = {
  ...Object.fromEntries(
    Object.entries(CALLS).map(([name, call]) => [
      name,
      { make: ({ host, around }: Parts) => around(`promises.${name}`, promiseForm(host, name, call)) },
    ]),
  ),
  open: { make: ({ host, streams }) => named('open', opening(host, streams)) },
  readFile: { make: ({ host, around }) => around('promises.readFile', named('readFile', reading(host))) },
  writeFile: { make: (parts) => named('writeFile', writingAs('w', WRITE_FILE, parts)) },
  appendFile: { make: (parts) => named('appendFile', writingAs('a', APPEND_FILE, parts)) },
  constants: { make: () => constants },
  cp: {
    make: ({ host }) =>
      named('cp', async (from, to, options) =>
        copyInTurns(host, prepareCp(host.core, 'async', from, to, options)),
      ),
  },
  lchmod: { make: () => named('lchmod', noLchmod) },
  watch: { make: () => named('watch', unwatched) },
};

/** `node:fs/promises` over a host. */
export function promisesOf(host: Host, streams: () => Streams, around: Parts['around']): Table {
  return lazyTable(MEMBERS, { host, streams, around });
}

async function noLchmod(): Promise<never> {
  throw argumentError('ERR_METHOD_NOT_IMPLEMENTED', 'The lchmod() method is not implemented');
}

/** Here a descriptor is a handle, and a number is nothing. The other arguments are still looked at first. */
function ofPath(call: Call): Call {
  return {
    ...call,
    prepare: (host, file, ...rest) => {
      const work = call.prepare(host, typeof file === 'number' ? '' : file, ...rest);
      if (typeof file === 'number') toPath(file);
      return work;
    },
  };
}

function opening(host: Host, streams: () => Streams): (...args: unknown[]) => Promise<FileHandle> {
  const open = async (...args: unknown[]): Promise<FileHandle> => {
    const fd = await promised<number>(
      host,
      () => DESCRIPTOR_CALLS['open']!.prepare(host, ...args),
      aboutCall('open', args),
    );
    return new FileHandle(host, fd, streams);
  };
  return open;
}

/** `writeFile` and `appendFile`, which work on handles as well as on paths. */
function writingAs(flag: string, call: Call, { host, streams }: Parts): Method {
  return async (file: unknown, data: unknown, given?: unknown): Promise<void> => {
    if (file instanceof FileHandle) return file.writeFile(data, given);
    if (!isPieces(data))
      return promised(host, () => call.prepare(host, file, data, given), aboutCall('writeFile', [file]));
    const options = writing(given, flag);
    throwIfAborted(options.signal);
    const handle = await opening(host, streams)(file, options.flags, options.mode);
    try {
      await writePieces(data, options, (bytes) => handle.write(bytes, 0, bytes.length, null));
      if (options.flush) await handle.sync();
    } finally {
      await handle.close();
    }
  };
}

function reading(host: Host): Method {
  return async (file: unknown, options?: unknown) =>
    file instanceof FileHandle
      ? file.readFile(options)
      : promised(host, () => READ_FILE.prepare(host, file, options), aboutCall('readFile', [file]));
}
