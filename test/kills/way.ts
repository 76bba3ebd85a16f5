import type { Store } from '../../src/server/store.ts';
import type { Settings } from '../../src/storage/settings.ts';
import type { Counted, Ran } from './program.ts';
import type { Restore } from './restored.ts';

/** How a backup went whose process may have been killed. */
export interface BackedUp extends Ran {
  /** Whether the client was told that its backup is stored. */
  readonly told: boolean;
}

/** Where the way back is gone: in this process, which takes a tenth of the time, or in processes of its own. */
export type Where = 'here' | 'in processes';

/** What is looked at when all is done, while backups can still be restored: what is wrong, a line each. */
export type Look = (restore: Restore) => Promise<string[]>;

/** One way to back the client up into `store` on a disk: by processes that can be killed, in this one, or simulated. */
export interface Way {
  readonly settings: Partial<Settings>;
  /** Operations before there is a client that could be told of anything: no kill comes there. None, if not given. */
  readonly start?: number;
  /** Backs up in a process of its own, and waits for the end of that. */
  backUp(disk: string, counted?: Counted): Promise<BackedUp>;
  /** The same in this process, with a store that may lie on a simulated disk. `onTold` gets the backup's name. */
  simulate(store: Store, onTold: (name: string) => void): Promise<void>;
  /** Recovers in a process of its own, where there is a command for that. */
  recover?(disk: string): Promise<Ran>;
  /** What a user comes with next: another backup. Gives what is wrong, a line each. */
  goOn(disk: string, look: Look, where: Where): Promise<string[]>;
}

export function describeEnd({ exitCode, signal, stdout, stderr }: Ran): string {
  const said = [stdout, stderr].filter((text) => text !== '').join('\n');
  return `exit code ${exitCode ?? 'none'}, signal ${signal ?? 'none'}, it said: ${said || 'nothing'}`;
}
