import type { Core } from '../core/core.ts';
import { O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } from '../core/constants.ts';
import { toBytes, toFlags, toInteger, toPath } from '../facade/arguments.ts';
import { isPieces, writePieces } from '../facade/contents.ts';
import { checkSignal, writeOptions } from '../facade/options.ts';
import type { Callback, HandleConstructor, PromisesInternals, VolumeInternals } from './memfs-internals.ts';

const WRITE = O_WRONLY | O_CREAT | O_TRUNC;
const APPEND = O_WRONLY | O_CREAT | O_APPEND;

type Method = (...args: unknown[]) => unknown;

function method(volume: VolumeInternals, name: string): Method {
  return (volume[name] as Method).bind(volume);
}

/** A descriptor as it is, or a path as text. */
function toFile(id: unknown): string | number {
  return typeof id === 'number' ? id : toPath(id);
}

/** `open` with Node's default flags, and with the flags that memfs doesn't know (`as`, `as+`). */
export function completeOpen(volume: VolumeInternals): void {
  const openSync = method(volume, 'openSync');
  const open = method(volume, 'open');
  volume['openSync'] = (path: unknown, flags?: unknown, mode?: unknown) =>
    openSync(path, toFlags(flags, 0), mode ?? 0o666);
  volume['open'] = (path: unknown, ...rest: unknown[]) => {
    const callback = rest.pop();
    const [flags, mode] = rest;
    return open(path, toFlags(flags, 0), mode ?? 0o666, callback);
  };
}

/** `readFile`, `writeFile` and `appendFile`, whole: with `flush`, `signal`, all flags, and Node's checks of the data. */
export function completeContents(volume: VolumeInternals, core: () => Core): void {
  volume._readfile = (id, flags, encoding) => {
    const data = core().readFile(toFile(id), flags);
    return encoding === undefined || encoding === null || encoding === 'buffer'
      ? data
      : data.toString(encoding as BufferEncoding);
  };
  const readFile = method(volume, 'readFile');
  volume['readFile'] = (id: unknown, options: unknown, callback?: unknown) =>
    withSignal(volume, options, callback, () => readFile(id, options, callback));
  for (const [name, flags] of [
    ['writeFile', WRITE],
    ['appendFile', APPEND],
  ] as const) {
    const write = (id: unknown, data: unknown, options: unknown): void => {
      const checked = writeOptions(options, flags);
      core().writeFile(toFile(id), toBytes(data, checked.encoding), checked);
    };
    volume[`${name}Sync`] = write;
    volume[name] = (id: unknown, data: unknown, options: unknown, callback?: unknown) => {
      const given = typeof options === 'function' ? undefined : options;
      const done = typeof options === 'function' ? options : callback;
      withSignal(volume, given, done, () => volume.wrapAsync(write, [id, data, given], done as Callback));
    };
  }
}

function signalOf(options: unknown): unknown {
  if (typeof options !== 'object' || options === null || !('signal' in options)) return undefined;
  return options.signal;
}

/** `copyFile` by the core; memfs' own leaves empty paths out of its errors. */
export function completeCopy(volume: VolumeInternals, core: () => Core): void {
  const copy = (from: unknown, to: unknown, mode: unknown): void => {
    const checked = mode === undefined || mode === null ? 0 : toInteger(mode, 'mode', 0, 7);
    core().copyFile(toPath(from, 'src'), toPath(to, 'dest'), checked);
  };
  volume['copyFileSync'] = copy;
  volume['copyFile'] = (from: unknown, to: unknown, mode: unknown, callback?: unknown) => {
    const done = typeof mode === 'function' ? mode : callback;
    const given = typeof mode === 'function' ? undefined : mode;
    volume.wrapAsync(copy, [from, to, given], done as Callback);
  };
}

/** Runs the call, unless its signal was aborted: then the callback gets the AbortError. */
function withSignal(
  volume: VolumeInternals,
  options: unknown,
  callback: unknown,
  call: () => unknown,
): unknown {
  const signal = signalOf(options);
  if (signal === undefined) return call();
  const check = (): void => checkSignal(signal);
  if ((signal as AbortSignal).aborted) return volume.wrapAsync(check, [], callback as Callback);
  return call();
}

/** The promises of the same: data may come in pieces. */
export function completePromises(
  promises: PromisesInternals,
  volume: VolumeInternals,
  core: () => Core,
  Handle: HandleConstructor,
): void {
  for (const [name, flags] of [
    ['writeFile', WRITE],
    ['appendFile', APPEND],
  ] as const) {
    promises[name] = async (target: unknown, data: unknown, options?: unknown): Promise<void> => {
      const id = target instanceof Handle ? target.fd : target;
      if (!isPieces(data)) return settle((done) => (volume[name] as Method)(id, data, options, done));
      const checked = writeOptions(options, flags);
      const signal = signalOf(options);
      const life = core();
      return settle((done) => {
        writePieces(life, toFile(id), data, checked, signal).then(() => done(null), done);
      }, life);
    };
  }
}

/** A promise of a callback call; of a life that lost its power it never settles. */
function settle(call: (done: Callback) => unknown, life?: Core): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => {
      if (error === null || error === undefined) resolve();
      else if (life?.dead !== true) reject(error);
    });
  });
}
