import { join } from 'node:path';
import { directorySource } from '../../src/client/directory-source.ts';
import { localClient } from '../../src/client/local-client.ts';
import type { Store } from '../../src/server/store.ts';
import { type Counted, type Ran, run } from './program.ts';
import { openReal, storeRestore } from './restored.ts';
import { type BackedUp, type Look, type Way, type Where, describeEnd } from './way.ts';

/** Few entries per sync, so that there are many syncs; and a backup to delete, so that this is killed as well. */
const SETTINGS = { entriesPerSync: 3, keep: [2] };
const OPTIONS = ['--entries-per-sync', '3', '--keep', '2'];

/** The local command: `jiggle backup`. */
export class Command implements Way {
  readonly settings = SETTINGS;
  private readonly main: string;
  private readonly client: string;
  private readonly source: string;

  constructor(main: string, client: string, source: string) {
    this.main = main;
    this.client = client;
    this.source = source;
  }

  async backUp(disk: string, counted?: Counted): Promise<BackedUp> {
    const ran = await run(this.main, ['backup', this.source, ...this.at(disk), ...OPTIONS], counted);
    return { ...ran, told: ran.exitCode === 0 };
  }

  async simulate(store: Store, onTold: (name: string) => void): Promise<void> {
    await store.backup(localClient(directorySource(this.source)), { onStored: onTold });
  }

  async recover(disk: string): Promise<Ran> {
    return await run(this.main, ['recover', ...this.at(disk)]);
  }

  async goOn(disk: string, look: Look, where: Where): Promise<string[]> {
    const store = await openReal(join(disk, 'store'), this.client, SETTINGS);
    if (where === 'here') await this.simulate(store, () => undefined);
    const ran = where === 'here' ? undefined : await this.backUp(disk);
    const failed = ran === undefined || ran.exitCode === 0 ? [] : [describeEnd(ran)];
    return [...failed, ...(await look(storeRestore(store)))];
  }

  private at(disk: string): string[] {
    return ['--store', join(disk, 'store'), '--client', this.client];
  }
}
