import { argumentError } from '../errors.ts';

/** What of `node:fs` there is not, each with its reason. */

/** A watch that never tells would be worse than none. */
export function unwatched(): never {
  throw argumentError(
    'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM',
    'The feature watch is unavailable on the simulated disk: what it reports, and when, is up to no promise',
  );
}

export function unavailable(): Record<string, unknown> {
  return {
    watch: () => unwatched(),
    watchFile: () => unwatched(),
    unwatchFile: () => undefined,
    openAsBlob: (): never => {
      throw argumentError(
        'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM',
        'The feature openAsBlob is unavailable on the simulated disk: Node reads blobs of files past every disk but its own',
      );
    },
    lchmod: undefined,
    lchmodSync: undefined,
  };
}
