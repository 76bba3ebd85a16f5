import { PowerCut } from '../errors.ts';
import type { Callback, DirInternals, VolumeInternals } from './memfs-internals.ts';

/** Callback methods that don't go through Volume's scheduler, `wrapAsync`. */
const UNSCHEDULED = ['read', 'write', 'readv', 'writev', 'glob', 'cp'];

/** A callback that is never called with a power cut. The promises on top of it then never settle. */
function deaf(callback: Callback): Callback {
  return (error, ...results) => {
    if (!(error instanceof PowerCut)) callback(error, ...results);
  };
}

/** Makes the asynchronous calls of a Volume fall silent after a power cut; synchronous ones go on throwing. */
export function fallSilent(volume: VolumeInternals, isDead: () => boolean): void {
  const schedule = volume.wrapAsync.bind(volume);
  volume.wrapAsync = (method, args, callback) =>
    schedule(method, args, typeof callback === 'function' ? deaf(callback) : callback);
  for (const name of UNSCHEDULED) {
    const original = volume[name] as (...args: unknown[]) => unknown;
    volume[name] = (...args: unknown[]) => {
      const last = args.length - 1;
      if (typeof args[last] === 'function') args[last] = deaf(args[last] as Callback);
      return original.apply(volume, args);
    };
  }
  const opendir = volume._opendir.bind(volume);
  volume._opendir = (...args) => silentDirectory(opendir(...args), isDead);
}

/** An open directory has its entries with it, so it must look for itself whether the power is still on. */
function silentDirectory(dir: DirInternals, isDead: () => boolean): DirInternals {
  const readImpl = dir.readImpl.bind(dir);
  const close = dir.close.bind(dir);
  dir.readImpl = (callback) => (isDead() ? new Promise<never>(() => {}) : readImpl(callback));
  dir.close = (callback) => (isDead() ? new Promise<never>(() => {}) : close(callback));
  return dir;
}
