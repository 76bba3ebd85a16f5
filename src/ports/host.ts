/** What jiggle needs of the machine it runs on, besides disk and clock. */
export interface Host {
  /**
   * Takes the lock of this name, or gives undefined if somebody alive has it. The lock must end with its holder's
   * life, however that ends: so there is no stale lock after a power cut, and nothing of it on the disk.
   */
  lock(name: string): Promise<Lock | undefined>;
  /** Whether another program holds a lock on this file, as far as that can be told: Burp's server does, on its own. */
  isFileLocked?(path: string): Promise<boolean>;
}

export interface Lock {
  release(): Promise<void>;
}

/** Locks among those who share this object: for tests, and for a server that is the only process. */
export function ownLocks(): Host {
  const held = new Set<string>();
  return {
    async lock(name) {
      if (held.has(name)) return undefined;
      held.add(name);
      return {
        async release() {
          held.delete(name);
        },
      };
    },
  };
}
