import type { ProgramLife, Scenario } from '../../harness/index.ts';

/** What a package says of itself, word for word, and where; or nothing, where it never promised what is asked of it. */
export interface Claimed {
  readonly words: string;
  readonly at: string;
}

/** A package on the simulated disk: what is claimed for it, and the models under which the claim breaks. */
export interface Subject {
  readonly package: string;
  /** The claim in a few words; it is the invariant that the scenario checks. */
  readonly claim: string;
  readonly promise?: Claimed;
  readonly scenario: Scenario;
  /** Of the models that a run has if nobody says otherwise. */
  readonly breaksUnder: readonly string[];
  /** What would mend it, in a sentence, and the same package with that done to it. */
  readonly remedy?: { readonly words: string; readonly scenario?: Scenario };
}

type Fs = ProgramLife<unknown>['fs'];

/** Every file is synced before it is renamed over another: what an atomic save needs, done to a package from outside. */
export function syncBeforeRenames(fs: Fs): void {
  const { rename, renameSync, promises } = fs;
  const sync = (path: Parameters<Fs['renameSync']>[0]): void => {
    const fd = fs.openSync(path, 'r');
    fs.fsyncSync(fd);
    fs.closeSync(fd);
  };
  const promised = promises.rename.bind(promises);
  const own = {
    renameSync: (...args: Parameters<Fs['renameSync']>) => {
      sync(args[0]);
      renameSync(...args);
    },
    rename: (...args: Parameters<Fs['rename']>) => {
      sync(args[0]);
      rename(...args);
    },
  };
  Object.assign(fs, own);
  Object.assign(promises, {
    rename: async (...args: Parameters<Fs['promises']['rename']>) => {
      sync(args[0]);
      await promised(...args);
    },
  });
}
